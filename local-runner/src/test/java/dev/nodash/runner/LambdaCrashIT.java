package dev.nodash.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sandbox is killed when the event is stored and the answer is on its way; the client sends it again. */
class LambdaCrashIT {

  @Test
  void whatIsSentAgainAfterALostAnswerIsStoredOnce(@TempDir Path folder) {
    var track = Edges.template(Edges.PARAMETERS).functionFor("/v1/track");
    var event = GatewayEvents.PAYLOAD_2_0
        .event(ContractCase.track("killed", "{\"event\":\"a\",\"userId\":\"u\",\"messageId\":\"killed\"}"));
    var data = Map.of("EVENTS_PATH", folder.resolve("data/events").toString(), "USERS_PATH",
        folder.resolve("data/users").toString());
    try (var first = LambdaProcess.start(track, folder.resolve("first"), data)) {
      first.killBeforeAnswer(event);
    }
    assertThat(StoredFiles.in(folder).lines()).isOne();
    try (var second = LambdaProcess.start(track, folder.resolve("second"), data)) {
      var reply = Reply.ofGateway("POST", second.invoke(event));
      while (reply.status() == 503) {
        reply = Reply.ofGateway("POST", second.invoke(event));
      }
      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.body()).contains(Ledger.DUPLICATE);
    }
    assertThat(StoredFiles.in(folder).lines()).isOne();
  }
}
