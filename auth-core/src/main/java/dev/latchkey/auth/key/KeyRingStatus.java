package dev.latchkey.auth.key;

import dev.latchkey.auth.crypto.RootId;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * What a node's key ring looks like right now, without any key. Called by applications that show it
 * to an operator. Immutable.
 *
 * @param version of the ring that the node goes by
 * @param signingKeys by first use
 * @param roots by id
 * @param wrappings the master secrets that open the ring
 */
public record KeyRingStatus(
    long version,
    List<SigningKeyStatus> signingKeys,
    List<RootStatus> roots,
    List<WrappingStatus> wrappings) {

  /**
   * Copies the lists.
   *
   * @param version of the ring that the node goes by
   * @param signingKeys by first use
   * @param roots by id
   * @param wrappings the master secrets that open the ring
   */
  public KeyRingStatus {
    signingKeys = List.copyOf(signingKeys);
    roots = List.copyOf(roots);
    wrappings = List.copyOf(wrappings);
  }

  /**
   * One signing key.
   *
   * @param kid its RFC 7638 thumbprint
   * @param algorithm how it signs
   * @param state where it is in its life
   * @param publishedAt since when it is public
   * @param activeFrom since when, or from when, it signs
   */
  public record SigningKeyStatus(
      String kid,
      SigningAlgorithm algorithm,
      SigningKeyState state,
      Instant publishedAt,
      Instant activeFrom) {

    /**
     * Checks that nothing is missing.
     *
     * @param kid its RFC 7638 thumbprint
     * @param algorithm how it signs
     * @param state where it is in its life
     * @param publishedAt since when it is public
     * @param activeFrom since when, or from when, it signs
     */
    public SigningKeyStatus {
      Objects.requireNonNull(kid, "kid");
      Objects.requireNonNull(algorithm, "algorithm");
      Objects.requireNonNull(state, "state");
      Objects.requireNonNull(publishedAt, "publishedAt");
      Objects.requireNonNull(activeFrom, "activeFrom");
    }
  }

  /**
   * One root key.
   *
   * @param id its number
   * @param createdAt when it was made
   * @param current whether new things are made under it
   */
  public record RootStatus(RootId id, Instant createdAt, boolean current) {

    /**
     * Checks that nothing is missing.
     *
     * @param id its number
     * @param createdAt when it was made
     * @param current whether new things are made under it
     */
    public RootStatus {
      Objects.requireNonNull(id, "id");
      Objects.requireNonNull(createdAt, "createdAt");
    }
  }

  /**
   * One master secret that opens the ring.
   *
   * @param secretId its id
   * @param inUse whether it is the newest of this node's own
   */
  public record WrappingStatus(String secretId, boolean inUse) {

    /**
     * Checks that nothing is missing.
     *
     * @param secretId its id
     * @param inUse whether it is the newest of this node's own
     */
    public WrappingStatus {
      Objects.requireNonNull(secretId, "secretId");
    }
  }
}
