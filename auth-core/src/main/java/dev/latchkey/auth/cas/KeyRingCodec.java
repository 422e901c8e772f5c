package dev.latchkey.auth.cas;

import dev.latchkey.auth.crypto.RootId;
import dev.latchkey.auth.key.KeyRing;
import dev.latchkey.auth.key.SealedBytes;
import dev.latchkey.auth.key.SigningAlgorithm;
import java.util.Optional;

/** The ring of an issuer as bytes; that there is none is not written. */
final class KeyRingCodec {
  static final Codec<Optional<KeyRing>> INSTANCE =
      new Codec<>(
          "keyring",
          5,
          1,
          (out, ring) -> write(out, ring.orElseThrow()),
          in -> Optional.of(read(in)));

  private KeyRingCodec() {}

  private static void write(RecordWriter out, KeyRing ring) {
    out.number(ring.version());
    out.list(
        ring.wrappings(),
        wrapping -> {
          out.text(wrapping.secretId());
          sealed(out, wrapping.wrapped());
        });
    sealed(out, ring.sealedIdentityKey());
    out.list(
        ring.roots(),
        root -> {
          out.number(root.id().value());
          out.time(root.createdAt());
          sealed(out, root.sealed());
        });
    out.list(
        ring.signingKeys(),
        key -> {
          out.text(key.kid());
          out.text(key.algorithm().name());
          out.time(key.publishedAt());
          out.time(key.activeFrom());
          sealed(out, key.sealed());
        });
    sealed(out, ring.seal());
  }

  private static KeyRing read(RecordReader in) {
    return new KeyRing(
        in.number(),
        in.list(() -> new KeyRing.Wrapping(in.text(), sealed(in))),
        sealed(in),
        in.list(
            () ->
                new KeyRing.SealedRoot(
                    new RootId(Math.toIntExact(in.number())), in.time(), sealed(in))),
        in.list(
            () ->
                new KeyRing.SealedSigningKey(
                    in.text(),
                    SigningAlgorithm.valueOf(in.text()),
                    in.time(),
                    in.time(),
                    sealed(in))),
        sealed(in));
  }

  private static void sealed(RecordWriter out, SealedBytes sealed) {
    out.bytes(sealed.toBytes());
  }

  private static SealedBytes sealed(RecordReader in) {
    return SealedBytes.copyOf(in.bytes());
  }
}
