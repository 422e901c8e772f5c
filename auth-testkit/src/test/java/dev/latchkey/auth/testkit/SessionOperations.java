package dev.latchkey.auth.testkit;

import static dev.latchkey.auth.testkit.Samples.START;
import static dev.latchkey.auth.testkit.Samples.account;
import static dev.latchkey.auth.testkit.Samples.device;
import static dev.latchkey.auth.testkit.Samples.session;

import dev.latchkey.auth.account.AccountId;
import dev.latchkey.auth.memory.InMemoryStores;
import dev.latchkey.auth.session.EndScope;
import dev.latchkey.auth.session.RotateAnswer;
import dev.latchkey.auth.session.Rotation;
import dev.latchkey.auth.session.Session;
import dev.latchkey.auth.session.SessionId;
import dev.latchkey.auth.session.SessionStore;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;

/** One account at one moment, with three sessions of which two may live. */
@Param(name = "session", gen = IntGen.class, conf = "1:3")
@Param(name = "generation", gen = IntGen.class, conf = "1:2")
@Param(name = "call", gen = IntGen.class, conf = "1:2")
public class SessionOperations {
  private static final AccountId ADA = account(1);
  private static final Duration IDLE = Duration.ofDays(1);
  private static final String TOKEN = "token";

  private final SessionStore store;

  /** Called by Lincheck, which wants it public. */
  public SessionOperations() {
    this(InMemoryStores.create().sessions());
  }

  SessionOperations(SessionStore store) {
    this.store = store;
  }

  @Operation
  public Set<SessionId> start(@Param(name = "session") int number) {
    Session fresh =
        new Session(
            session(number),
            device(1),
            1,
            START,
            START,
            START.plus(IDLE),
            START.plus(IDLE),
            "start-" + number,
            Optional.empty(),
            Optional.empty());
    return store.start(ADA, fresh, 2, START);
  }

  @Operation
  public RotateAnswer rotate(
      @Param(name = "session") int number,
      @Param(name = "generation") int generation,
      @Param(name = "call") int call) {
    Rotation rotation =
        new Rotation(
            session(number),
            generation,
            Optional.of(device(1)),
            "rotate-" + call,
            IDLE,
            Duration.ZERO);
    return store.rotate(ADA, rotation, START);
  }

  @Operation
  public Set<SessionId> end(@Param(name = "session") int number) {
    return store.end(ADA, new EndScope.One(session(number)), START);
  }

  @Operation
  public Set<SessionId> endOthers(@Param(name = "session") int keep) {
    return store.end(ADA, new EndScope.Others(session(keep)), START);
  }

  @Operation
  public Set<SessionId> endAll() {
    return store.end(ADA, new EndScope.All(), START);
  }

  @Operation
  public Set<SessionId> endToken() {
    return store.end(ADA, new EndScope.Token(TOKEN, START.plus(IDLE)), START);
  }

  @Operation
  public boolean isLive(@Param(name = "session") int number) {
    return store.isLive(ADA, session(number), TOKEN, START);
  }

  @Operation
  public List<Session> list() {
    return store.list(ADA, START);
  }
}
