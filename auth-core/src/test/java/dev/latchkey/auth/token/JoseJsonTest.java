package dev.latchkey.auth.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jsonwebtoken.io.DeserializationException;
import io.jsonwebtoken.io.SerializationException;
import java.io.ByteArrayOutputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JoseJsonTest {

  @Test
  void values_comeBackWithTheirTypes() throws Exception {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("text", "é \ud83d\udd11 \u2028 \" \\ / \0");
    members.put("long", Long.MAX_VALUE);
    members.put("zero", 0L);
    members.put("double", -2.2250738585072014E-308);
    members.put("one", 1.0);
    members.put("yes", true);
    members.put("no", false);
    members.put("list", List.of("a", ""));
    members.put("empty", List.of());
    ByteArrayOutputStream out = new ByteArrayOutputStream();

    JoseJson.write(members, out);

    assertThat(JoseJson.read(out.toByteArray())).contains(members);
    assertThat(JoseJson.read(out.toByteArray()).orElseThrow().keySet())
        .containsExactlyElementsOf(members.keySet());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "}",
        "{}}",
        "{} ",
        " {}",
        "{}{}",
        "{},",
        "[]",
        "null",
        "\"a\"",
        "1",
        "{\"a\":1,\"a\":1}",
        "{\"a\":1,\"\\u0061\":1}",
        "{\"a\":1,}",
        "{\"a\"}",
        "{\"a\":}",
        "{a:1}",
        "{'a':1}",
        "{\"a\":'b'}",
        "{\"a\":null}",
        "{\"a\":{}}",
        "{\"a\":[1]}",
        "{\"a\":[null]}",
        "{\"a\":[true]}",
        "{\"a\":[[]]}",
        "{\"a\":[{}]}",
        "{\"a\":[\"b\",]}",
        "{\"a\":NaN}",
        "{\"a\":Infinity}",
        "{\"a\":1e400}",
        "{\"a\":01}",
        "{\"a\":+1}",
        "{\"a\":.5}",
        "{\"a\":5.}",
        "{\"a\":0x1}",
        "{\"a\":9223372036854775808}",
        "{\"a\":-9223372036854775809}",
        "{\"a\":1000000000000000000000000}",
        "{\"a\":tru}",
        "{\"a\":True}",
        "{\"a\":\"b}",
        "{\"a\":\"\t\"}",
        "{\"a\":\"\\x\"}",
        "{\"a\":1/**/}",
        "{\"a\":1}//",
        "#{}",
        "\ufeff{}"
      })
  void whatIsNoPlainObject_isRefused(String text) {
    assertThat(JoseJson.read(text.getBytes(StandardCharsets.UTF_8))).isEqualTo(Optional.empty());
  }

  @Test
  void documentsPastTheBounds_areRefused() {
    assertThat(read("{\"" + "n".repeat(129) + "\":1}")).isEmpty();
    assertThat(read("{\"a\":\"" + "x".repeat(8193) + "\"}")).isEmpty();
    assertThat(read("{\"a\":[" + "\"\",".repeat(4_100) + "\"\"]}")).isEmpty();
    assertThat(read("{\"a\":" + "[".repeat(5000) + "]".repeat(5000) + "}")).isEmpty();
    assertThat(read("{\"a\":" + "{\"a\":".repeat(5000) + "1" + "}".repeat(5000) + "}")).isEmpty();
    assertThat(read("{\"a\":\"x\"" + " ".repeat(20_000) + "}")).isEmpty();
    assertThat(read("{\"a\":" + "1".repeat(4000) + "}")).isEmpty();
    assertThat(read("{\"" + "n".repeat(128) + "\":\"" + "x".repeat(8192) + "\"}")).isPresent();
  }

  @Test
  void bytesThatAreNotUtf8_areRefused() {
    assertThat(JoseJson.read(new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}'})).isEmpty();
    // An overlong form of '/', and half of a surrogate pair.
    assertThat(JoseJson.read(new byte[] {'{', '"', (byte) 0xc0, (byte) 0xaf, '"', ':', '1', '}'}))
        .isEmpty();
    assertThat(
            JoseJson.read(
                new byte[] {'{', '"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"', ':', '1', '}'}))
        .isEmpty();
    assertThat(JoseJson.read("{\"a\":1}".getBytes(StandardCharsets.UTF_16BE))).isEmpty();
    assertThat(JoseJson.read("{\"a\":1}".getBytes(StandardCharsets.UTF_16LE))).isEmpty();
  }

  @Test
  void valuesThatTokensDoNotHave_areNotWritten() {
    for (Object bad : List.of(1, 'c', Map.of(), Double.NaN, List.of(1))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> JoseJson.write(Map.of("a", bad), new ByteArrayOutputStream()));
    }
  }

  @Test
  void reader_forTheLibrary_isAsStrict() {
    JoseJsonReader reader = new JoseJsonReader();

    assertThat(reader.deserialize(new StringReader("{\"a\":\"b\"}")).get("a")).isEqualTo("b");
    for (String bad : List.of("{\"a\":1,\"a\":2}", "{} x", "{\"a\":null}")) {
      assertThatThrownBy(() -> reader.deserialize(new StringReader(bad)))
          .isInstanceOf(DeserializationException.class);
    }
  }

  @Test
  void writer_forTheLibrary_writesTheSame() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    JoseJsonWriter writer = new JoseJsonWriter();

    writer.serialize(Map.of("a", "b"), out);

    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("{\"a\":\"b\"}");
    assertThatThrownBy(() -> writer.serialize(Map.of("a", Map.of()), new ByteArrayOutputStream()))
        .isInstanceOf(SerializationException.class);
  }

  private static Optional<Map<String, Object>> read(String text) {
    return JoseJson.read(text.getBytes(StandardCharsets.UTF_8));
  }
}
