package dev.latchkey.auth.http;

import dev.latchkey.auth.account.Account;
import dev.latchkey.auth.account.Role;
import dev.latchkey.auth.client.DeviceToken;
import dev.latchkey.auth.token.IssuedTokens;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The answers that carry tokens, and the account in them. */
final class TokenAnswers {
  private final Duration deviceLifetime;

  /**
   * How long browsers keep the device token. It counts anew with each answer: the server judges the
   * age of the token itself, and a session may outlive it.
   */
  TokenAnswers(Duration deviceLifetime) {
    this.deviceLifetime = deviceLifetime;
  }

  /** For a browser refresh and device token go into cookies and not into the body. */
  HttpAnswer tokens(Call call, Account account, IssuedTokens tokens, Optional<Boolean> newAccount) {
    HttpAnswer.Builder answer = HttpAnswer.status(200);
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("access_token", tokens.accessToken().revealText());
    members.put("token_type", "Bearer");
    members.put("expires_in", Words.secondsOfLife(tokens.accessExpiresIn()));
    if (call.cookies().isEmpty()) {
      members.put("refresh_token", tokens.refreshToken().revealText());
    }
    members.put("refresh_expires_in", Words.secondsOfLife(tokens.refreshExpiresIn()));
    members.put("session_id", tokens.session().value());
    members.put("device_id", tokens.device().id().value());
    if (call.cookies().isEmpty()) {
      members.put("device_token", tokens.device().text().revealText());
    }
    members.put("account", account(account));
    newAccount.ifPresent(isNew -> members.put("new_account", isNew));
    call.cookies()
        .ifPresent(
            cookies -> {
              answer.headers(
                  List.of(
                      cookies.refreshToken(tokens.refreshToken(), tokens.refreshExpiresIn()),
                      cookies.deviceToken(tokens.device().text(), deviceLifetime)));
            });
    return answer.body(JsonText.MEDIA_TYPE, JsonText.of(members)).build();
  }

  /** A device that is known now; for a browser in its cookie, and the body has no members. */
  HttpAnswer device(Call call, DeviceToken device) {
    HttpAnswer.Builder answer = HttpAnswer.status(200);
    Map<String, Object> members = new LinkedHashMap<>();
    if (call.cookies().isEmpty()) {
      members.put("device_token", device.text().revealText());
    }
    call.cookies()
        .ifPresent(
            cookies -> answer.headers(List.of(cookies.deviceToken(device.text(), deviceLifetime))));
    return answer.body(JsonText.MEDIA_TYPE, JsonText.of(members)).build();
  }

  static Map<String, Object> account(Account account) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("id", account.id().value());
    members.put("email", account.email().identity());
    members.put("roles", account.roles().stream().map(Role::name).toList());
    return members;
  }
}
