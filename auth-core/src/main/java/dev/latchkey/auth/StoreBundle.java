package dev.latchkey.auth;

import dev.latchkey.auth.account.AccountDirectory;
import dev.latchkey.auth.key.KeyStore;
import dev.latchkey.auth.otp.OtpStore;
import dev.latchkey.auth.ratelimit.RateLimitStore;
import dev.latchkey.auth.session.RevocationFeed;
import dev.latchkey.auth.session.SessionStore;
import java.time.Clock;
import java.util.Optional;

/** Parts that were put together by {@link AuthStores.Mix}. */
record StoreBundle(
    OtpStore otp,
    RateLimitStore rateLimits,
    SessionStore sessions,
    Optional<RevocationFeed> revocations,
    KeyStore keys,
    AccountDirectory accounts,
    Clock clock)
    implements AuthStores {}
