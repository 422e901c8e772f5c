package dev.latchkey.auth.examples;

import dev.latchkey.auth.Latchkey;
import dev.latchkey.auth.RequestCodeResult;
import dev.latchkey.auth.SignOutResult;
import dev.latchkey.auth.VerifyCodeResult;
import dev.latchkey.auth.client.ClientInfo;
import dev.latchkey.auth.crypto.MasterSecret;
import dev.latchkey.auth.delivery.Message;
import dev.latchkey.auth.delivery.Receipt;
import dev.latchkey.auth.memory.InMemoryStores;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** The shortest embedding: one sign-in from the code to the sign-out, without HTTP. */
public final class QuickStart {
  private QuickStart() {}

  /**
   * Signs Ada in and out again.
   *
   * @param args nothing
   */
  public static void main(String[] args) {
    List<String> mailbox = new CopyOnWriteArrayList<>();
    Latchkey latchkey =
        Latchkey.builder()
            .issuer("https://shop.example")
            .secret(MasterSecret.generate()) // yours: MasterSecret.fromEnvironment(...)
            .stores(InMemoryStores.create())
            .codeSender(
                message -> { // yours: hands the mail over to your mail server
                  if (message instanceof Message.Code code) {
                    mailbox.add(code.code().revealText());
                  }
                  return new Receipt.Accepted("mail-1");
                })
            .build();
    ClientInfo client = ClientInfo.of("203.0.113.7"); // who asks: the address counts for limits

    if (!(latchkey.requestCode("ada@example.com", client) instanceof RequestCodeResult.Sent sent)) {
      throw new IllegalStateException("limited, locked, not an address, or our mail is down");
    }
    System.out.println("Mailed a code of " + sent.codeLength() + " digits: " + mailbox.get(0));

    String challenge = sent.challenge().revealText(); // to the client, back with the code
    if (!(latchkey.verifyCode(challenge, mailbox.get(0), client)
        instanceof VerifyCodeResult.SignedIn in)) {
      throw new IllegalStateException("wrong, expired, limited or locked");
    }
    System.out.println("Signed in " + in.account().email() + ", new: " + in.newAccount());

    String access = in.tokens().accessToken().revealText();
    ClientInfo device = client.deviceToken(in.tokens().device().text().revealText());
    System.out.println("Access token is " + kind(latchkey.authenticate(access, device)));

    String refresh = in.tokens().refreshToken().revealText(); // works once, and gives the next one
    System.out.println("Refresh token is " + kind(latchkey.refresh(refresh, device)));

    latchkey.signOut(Optional.of(access), Optional.empty(), SignOutResult.Scope.SESSION, device);
    System.out.println("After the sign-out it is " + kind(latchkey.authenticate(access, device)));
  }

  private static String kind(Object result) {
    return result.getClass().getSimpleName();
  }
}
