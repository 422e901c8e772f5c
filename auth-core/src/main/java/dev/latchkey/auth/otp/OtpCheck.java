package dev.latchkey.auth.otp;

import java.util.Optional;

/**
 * What a request for a code would meet, before anything is used. Called by applications.
 *
 * @param refusal why it would be refused; empty if a code would be issued
 * @param lane the name of the known device's own lane; empty for a stranger
 */
public record OtpCheck(Optional<IssueResult> refusal, Optional<String> lane) {}
