package dev.latchkey.auth.testkit;

import dev.latchkey.auth.AuthStores;
import dev.latchkey.auth.account.AccountDirectory;
import dev.latchkey.auth.key.KeyStore;
import dev.latchkey.auth.otp.OtpStore;
import dev.latchkey.auth.ratelimit.RateLimitStore;
import dev.latchkey.auth.session.RevocationFeed;
import dev.latchkey.auth.session.SessionStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Stores with something around each of their calls. */
final class WrappedStores {
  private WrappedStores() {}

  /** A call of the store below; its answer may be of no use. */
  interface Call {
    /** Makes the call, once more each time. */
    @Nullable Object make();
  }

  /** What is done around a call. */
  interface Around {
    /**
     * Stands in for a call of the store below.
     *
     * @param verb its name, such as {@code otp.guess}
     * @param arguments what it is called with
     * @param call the call itself, which may be made any number of times
     * @return what the caller gets; null exactly if the verb answers nothing
     */
    @Nullable Object call(String verb, List<Object> arguments, Call call);
  }

  static AuthStores of(AuthStores inner, Around around) {
    AuthStores.Mix mix =
        AuthStores.mix(inner)
            .otp(wrap(OtpStore.class, "otp", inner.otp(), around))
            .rateLimits(wrap(RateLimitStore.class, "rateLimit", inner.rateLimits(), around))
            .keys(wrap(KeyStore.class, "key", inner.keys(), around))
            .accounts(wrap(AccountDirectory.class, "account", inner.accounts(), around));
    SessionStore sessions = wrap(SessionStore.class, "session", inner.sessions(), around);
    return inner
        .revocations()
        .map(feed -> mix.sessions(sessions, wrap(RevocationFeed.class, "feed", feed, around)))
        .orElseGet(() -> mix.sessions(sessions))
        .build();
  }

  private static <T> T wrap(Class<T> spi, String name, T inner, Around around) {
    Object proxy =
        Proxy.newProxyInstance(
            spi.getClassLoader(),
            new Class<?>[] {spi},
            (self, method, given) -> {
              Object[] arguments = given == null ? new Object[0] : given;
              // A verb has arguments; what has none asks no store.
              if (method.getDeclaringClass() == Object.class || arguments.length == 0) {
                return invoke(method, inner, arguments);
              }
              return around.call(
                  name + "." + method.getName(),
                  Arrays.asList(arguments),
                  () -> invoke(method, inner, arguments));
            });
    return spi.cast(proxy);
  }

  private static @Nullable Object invoke(Method method, Object target, Object[] arguments) {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      if (e.getCause() instanceof Error cause) {
        throw cause;
      }
      throw new IllegalStateException(e);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }
}
