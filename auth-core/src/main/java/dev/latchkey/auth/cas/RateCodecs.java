package dev.latchkey.auth.cas;

import dev.latchkey.auth.ratelimit.RateLog;
import dev.latchkey.auth.ratelimit.Surge;

/** The records of the rate limits as bytes. */
final class RateCodecs {
  static final Codec<RateLog> LOG =
      new Codec<>("rate", 1, 1, RateCodecs::writeLog, RateCodecs::readLog);

  static final Codec<Surge> SURGE =
      new Codec<>(
          "surge",
          2,
          1,
          (out, surge) -> {
            writeLog(out, surge.failures());
            out.time(surge.onUntil());
          },
          in -> new Surge(readLog(in), in.time()));

  private RateCodecs() {}

  static void writeLog(RecordWriter out, RateLog log) {
    out.bytes(log.toBytes());
  }

  static RateLog readLog(RecordReader in) {
    return RateLog.fromBytes(in.bytes()).orElseThrow();
  }
}
