package dev.latchkey.auth.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectNestedClass;

import java.util.List;
import java.util.stream.Stream;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** Runs a contract on a store from within a test: a contract that can not fail proves nothing. */
final class ContractRun {
  private static final LauncherConfig ALONE =
      LauncherConfig.builder()
          .enableLauncherSessionListenerAutoRegistration(false)
          .enableLauncherDiscoveryListenerAutoRegistration(false)
          .enableTestExecutionListenerAutoRegistration(false)
          .build();

  private ContractRun() {}

  /**
   * What fails of some parts of a contract.
   *
   * @param contract the subclass for the store
   * @param parts nested classes of the contract; all of it if there are none
   * @return display names
   */
  static List<String> failuresOf(Class<?> contract, Class<?>... parts) {
    LauncherDiscoveryRequestBuilder request =
        LauncherDiscoveryRequestBuilder.request()
            .configurationParameter("junit.jupiter.execution.parallel.enabled", "false");
    if (parts.length == 0) {
      request.selectors(selectClass(contract));
    } else {
      request.selectors(
          Stream.of(parts).map(part -> selectNestedClass(List.of(contract), part)).toList());
    }
    SummaryGeneratingListener listener = new SummaryGeneratingListener();
    LauncherFactory.create(ALONE).execute(request.build(), listener);
    TestExecutionSummary summary = listener.getSummary();
    assertThat(summary.getTestsStartedCount()).as("tests of %s", contract).isPositive();
    assertThat(summary.getContainersFailedCount()).isZero();
    return summary.getFailures().stream()
        .map(failure -> failure.getTestIdentifier().getDisplayName())
        .toList();
  }
}
