package dev.latchkey.auth.token;

import io.jsonwebtoken.io.AbstractSerializer;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;

/** {@link JoseJson} for the JWT library to write with. */
final class JoseJsonWriter extends AbstractSerializer<Map<String, ?>> {

  @Override
  protected void doSerialize(Map<String, ?> members, OutputStream out) throws IOException {
    JoseJson.write(members, out);
  }
}
