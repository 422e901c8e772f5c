package dev.latchkey.auth;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import java.net.IDN;
import java.net.URI;
import java.net.URISyntaxException;
import java.security.Security;
import java.time.Clock;
import java.util.Date;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.Timer;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import org.jspecify.annotations.NullMarked;

/** Holds the core to its plan: which room may know which, and what no room may do. */
@AnalyzeClasses(
    packages = "dev.latchkey.auth",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String ROOT = "dev.latchkey.auth";
  private static final String MEMORY = ROOT + ".memory";

  /** The packages from the ground up; those of one row may know each other. */
  private static final List<List<String>> ROWS =
      List.of(
          List.of(ROOT + ".store"),
          List.of(ROOT + ".crypto"),
          List.of(ROOT + ".account", ROOT + ".client"),
          List.of(ROOT + ".delivery", ROOT + ".event"),
          List.of(ROOT + ".key"),
          List.of(ROOT + ".session"),
          List.of(ROOT + ".lockout"),
          List.of(ROOT + ".ratelimit"),
          List.of(ROOT + ".otp"),
          List.of(ROOT + ".token"),
          List.of(ROOT),
          List.of(MEMORY, ROOT + ".cas"));

  @ArchTest
  static void everyClass_livesInAPackageOfThePlan(JavaClasses core) {
    classes()
        .should()
        .resideInAnyPackage(packagesOf(ROWS))
        .because("a package is a feature: no util, no common, no internal, no room beside the plan")
        .check(core);
  }

  @ArchTest
  static void lowerPackages_knowNothingOfHigherOnes(JavaClasses core) {
    for (int row = 0; row < ROWS.size() - 1; row++) {
      noClasses()
          .that()
          .resideInAnyPackage(packagesOf(ROWS.subList(row, row + 1)))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(packagesOf(ROWS.subList(row + 1, ROWS.size())))
          .check(core);
    }
  }

  @ArchTest
  static void packages_haveNoCycles(JavaClasses core) {
    slices().matching(ROOT + ".(**)").should().beFreeOfCycles().check(core);
  }

  @ArchTest
  static void everyPackage_isNullMarked(JavaClasses core) {
    classes()
        .should(
            ArchCondition.from(
                describe(
                    "live in a package that is @NullMarked",
                    (JavaClass c) -> c.getPackage().isAnnotatedWith(NullMarked.class))))
        .because("NullAway looks at nothing else")
        .check(core);
  }

  @ArchTest
  static void randomness_isSecureOnly(JavaClasses core) {
    noClasses()
        .should()
        .dependOnClassesThat(
            type(Random.class)
                .or(type(SplittableRandom.class))
                .or(type(ThreadLocalRandom.class))
                .or(resideInAnyPackage("java.util.random..")))
        .orShould()
        .accessTargetWhere(calls("Math.random", t -> isOf(Math.class, t, "random")))
        .because("codes and tokens must not be guessable")
        .check(core);
  }

  @ArchTest
  static void core_touchesNoNetworkAndNoFile(JavaClasses core) {
    noClasses()
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("java.net..", "javax.net..", "java.sql..", "javax.sql..")
                .and(not(type(IDN.class).or(type(URI.class)).or(type(URISyntaxException.class))))
                .or(resideInAnyPackage("java.nio.file..", "java.nio.channels.."))
                .or(nameMatching("java\\.io\\.(File.*|RandomAccessFile|Console)")))
        .because("input and output are the host's and the stores'")
        .check(core);
  }

  @ArchTest
  static void core_printsNothing(JavaClasses core) {
    noClasses()
        .should(ACCESS_STANDARD_STREAMS)
        .orShould()
        .accessTargetWhere(calls("System.exit", t -> isOf(System.class, t, "exit")))
        .because("standard streams and the process are the host's")
        .check(core);
  }

  @ArchTest
  static void core_startsNoThreadAndNeverSleeps(JavaClasses core) {
    noClasses()
        .should()
        .dependOnClassesThat(
            assignableTo(Executor.class).or(type(Executors.class)).or(type(Timer.class)))
        .orShould()
        .accessTargetWhere(calls("a thread into life, or to sleep", t -> startsOrSleeps(t)))
        .because("all work is done on the caller's thread, and waiting is an answer")
        .check(core);
  }

  @ArchTest
  static void core_hasNoClockButTheOneGiven(JavaClasses core) {
    noClasses()
        .should()
        .accessTargetWhere(calls("the machine's clock", t -> readsTheMachinesClock(t)))
        .because("all nodes go by the store's time, and tests by their own")
        .check(core);
  }

  @ArchTest
  static void onlyTheBuilderAndTheInMemoryStores_pickTheSystemClock(JavaClasses core) {
    noClasses()
        .that()
        .resideOutsideOfPackages(ROOT, MEMORY)
        .should()
        .accessTargetWhere(
            calls(
                "a clock of the system",
                t ->
                    t.getOwner().isEquivalentTo(Clock.class)
                        && t.getName().matches("system.*|tick[A-Z].*")))
        .check(core);
  }

  @ArchTest
  static void onlyTheBuilder_picksTheMonotonicClock(JavaClasses core) {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT)
        .should()
        .accessTargetWhere(calls("the monotonic clock", t -> isOf(System.class, t, "nanoTime")))
        .because("the age of a replica is a time that passes, which tests let pass themselves")
        .check(core);
  }

  @ArchTest
  static void core_registersNoSecurityProvider(JavaClasses core) {
    noClasses()
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("org.bouncycastle.jce..", "org.bouncycastle.jcajce.."))
        .orShould()
        .accessTargetWhere(
            calls(
                "for another provider",
                t ->
                    t.getOwner().isEquivalentTo(Security.class)
                        && t.getName().matches("(add|insert|remove|set).*")))
        .because("providers are the process's, and the process is the host's")
        .check(core);
  }

  @ArchTest
  static void noMethod_isSynchronized(JavaClasses core) {
    noMethods()
        .should()
        .haveModifier(JavaModifier.SYNCHRONIZED)
        .because("a lock that anybody can take is soon held while a store is asked")
        .check(core);
  }

  private static boolean readsTheMachinesClock(CodeUnitAccessTarget target) {
    boolean nowWithoutClock =
        target.getOwner().getPackageName().equals("java.time")
            && target.getName().equals("now")
            && target.getRawParameterTypes().stream().noneMatch(p -> p.isEquivalentTo(Clock.class));
    boolean newDate =
        target.getOwner().isEquivalentTo(Date.class)
            && target.getName().equals("<init>")
            && target.getRawParameterTypes().isEmpty();
    return nowWithoutClock || newDate || isOf(System.class, target, "currentTimeMillis");
  }

  private static boolean startsOrSleeps(CodeUnitAccessTarget target) {
    String call = target.getOwner().getName() + "." + target.getName();
    return (target.getOwner().isAssignableTo(Thread.class)
            && target.getName().matches("<init>|start.*|of.*|sleep"))
        || call.equals("java.util.concurrent.TimeUnit.sleep")
        || call.startsWith("java.util.concurrent.locks.LockSupport.park")
        || call.matches("java\\.util\\.concurrent\\.CompletableFuture\\..*Async")
        || call.matches("java\\.util\\..*\\.parallel(Stream)?");
  }

  private static boolean isOf(Class<?> owner, CodeUnitAccessTarget target, String name) {
    return target.getOwner().isEquivalentTo(owner) && target.getName().equals(name);
  }

  /** Calls and method references alike. */
  private static DescribedPredicate<JavaAccess<?>> calls(
      String what, Predicate<CodeUnitAccessTarget> matches) {
    return describe(
        "calls " + what,
        access ->
            access.getTarget() instanceof CodeUnitAccessTarget target && matches.test(target));
  }

  private static String[] packagesOf(List<List<String>> rows) {
    return rows.stream().flatMap(List::stream).toArray(String[]::new);
  }
}
