package dev.latchkey.auth.delivery;

/** What became of a message when it was handed over. Answered by {@link CodeSender}. */
public sealed interface Receipt {
  /**
   * It was handed over. Whether it arrives is not known.
   *
   * @param messageId the sender's name for it, which may be logged: what is not visible ASCII is
   *     replaced, and what is past 200 characters dropped
   */
  record Accepted(String messageId) implements Receipt {
    private static final int MAX_ID = 200;

    /**
     * Makes the name fit for a log.
     *
     * @param messageId the sender's name for it
     */
    public Accepted {
      messageId =
          messageId
              .substring(0, Math.min(MAX_ID, messageId.length()))
              .replaceAll("[^\\x21-\\x7e]", "_");
    }
  }

  /** The recipient was refused for good: it is not our fault, and people are told nothing of it. */
  record RecipientRefused() implements Receipt {}

  /** Our side failed: the person is told so, and no budget is used. */
  record Failed() implements Receipt {}
}
