package dev.latchkey.auth.token;

import io.jsonwebtoken.io.AbstractDeserializer;
import java.io.IOException;
import java.io.Reader;
import java.util.Map;

/** {@link JoseJson} for the JWT library to read with. */
final class JoseJsonReader extends AbstractDeserializer<Map<String, ?>> {

  @Override
  protected Map<String, ?> doDeserialize(Reader reader) throws IOException {
    return JoseJson.read(reader);
  }
}
