package dev.latchkey.auth.token;

import dev.latchkey.auth.client.DeviceToken;
import dev.latchkey.auth.crypto.SecretText;
import dev.latchkey.auth.session.SessionId;
import java.time.Duration;

/**
 * What a client gets when it signs in or refreshes. Called by applications.
 *
 * <p>{@code toString} shows no token.
 *
 * @param accessToken the access token, a JWT
 * @param accessExpiresIn how long it is valid, in whole seconds
 * @param refreshToken the refresh token
 * @param refreshExpiresIn how long it is valid if it is not used
 * @param session the name of the session
 * @param device the token of the device that the session is bound to
 */
public record IssuedTokens(
    SecretText accessToken,
    Duration accessExpiresIn,
    SecretText refreshToken,
    Duration refreshExpiresIn,
    SessionId session,
    DeviceToken device) {}
