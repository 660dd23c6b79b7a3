package dev.nodash.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodash.runner.Strace.Call;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sandbox is frozen as soon as its answer has left, perhaps for good: whatever it would do later may never happen. */
class LambdaIdleIT {
  private static final Set<String> NETWORK = Set.of("sendto", "recvfrom");
  private static final String CALLS = "trace=sendto,recvfrom,write,pwrite64,ftruncate,fsync,fdatasync,rename,unlink";
  /** With which journals are brought to their files several times. */
  private static final int INVOCATIONS = 120;
  private static final String LARGE = "x".repeat(30_000);

  @Test
  void nothingIsWrittenBetweenAnAnswerAndTheNextEvent(@TempDir Path folder) {
    var data = Map.of("EVENTS_PATH", folder.resolve("data/events").toString(), "USERS_PATH",
        folder.resolve("data/users").toString());
    var identify = Edges.template(Edges.PARAMETERS).functionFor("/v1/identify");
    try (var sandbox = LambdaProcess.start(identify, folder, data).awaitReady()) {
      List<Call> calls;
      try (var strace = Strace.attach(sandbox.process(), folder, CALLS)) {
        for (int i = 0; i < INVOCATIONS; i++) {
          var body = "{\"userId\":\"u" + i % 5 + "\",\"messageId\":\"m" + i + "\",\"traits\":{\"a\":\"" + LARGE
              + "\"}}";
          var event = GatewayEvents.PAYLOAD_2_0.event(ContractCase.identify("idle", body));
          assertThat(Reply.ofGateway("POST", sandbox.invoke(event)).status()).isEqualTo(200);
        }
        calls = strace.detach();
      }
      assertThat(calls).filteredOn(call -> call.name().equals("rename")).as("users' files").hasSizeGreaterThan(3);
      var answers = calls.stream().filter(call -> call.name().equals("sendto") && call.has("/response HTTP")).toList();
      assertThat(answers).hasSizeBetween(INVOCATIONS - 1, INVOCATIONS);
      answers.forEach(answer -> assertNothingWritten(calls, answer));
    }
  }

  /** After the answer began to leave, and before the next event had come. */
  private static void assertNothingWritten(List<Call> calls, Call answer) {
    int next = calls.stream().filter(call -> call.began() > answer.began() && isEvent(call)).mapToInt(Call::returned)
        .min().orElse(Integer.MAX_VALUE);
    assertThat(calls).filteredOn(call -> !NETWORK.contains(call.name()) && call.returned() > answer.began()
        && call.began() < next).isEmpty();
  }

  private static boolean isEvent(Call call) {
    return call.name().equals("recvfrom")
        && call.text().toLowerCase(Locale.ROOT).contains("lambda-runtime-aws-request-id");
  }
}
