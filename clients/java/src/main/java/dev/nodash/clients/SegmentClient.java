package dev.nodash.clients;

import com.segment.analytics.Analytics;
import com.segment.analytics.Callback;
import com.segment.analytics.messages.AliasMessage;
import com.segment.analytics.messages.GroupMessage;
import com.segment.analytics.messages.IdentifyMessage;
import com.segment.analytics.messages.Message;
import com.segment.analytics.messages.MessageBuilder;
import com.segment.analytics.messages.PageMessage;
import com.segment.analytics.messages.ScreenMessage;
import com.segment.analytics.messages.TrackMessage;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Sends calls of all types in turn, at a steady pace, and prints what its SDK reports of each. */
public final class SegmentClient {
  private static final int PATIENCE_MINUTES = 4;

  private SegmentClient() {}

  /** Reads NODASH_URL, WRITE_KEY, CALLS and PACE_MS. */
  public static void main(String[] args) throws InterruptedException {
    int calls = Integer.parseInt(setting("CALLS", "10"));
    var settled = new CountDownLatch(calls);
    var analytics = Analytics.builder(setting("WRITE_KEY", "demo-api-key-tenant1"))
        .endpoint(setting("NODASH_URL", "http://localhost:3001")).flushQueueSize(20)
        .flushInterval(1, TimeUnit.SECONDS).retries(50).callback(new Callback() {
          @Override
          public void success(Message message) {
            System.out.println("delivered " + message.messageId());
            settled.countDown();
          }

          @Override
          public void failure(Message message, Throwable fault) {
            System.out.println("failed " + message.messageId() + " " + fault);
            settled.countDown();
          }
        }).build();
    for (int n = 0; n < calls; n++) {
      analytics.enqueue(call(n));
      Thread.sleep(Long.parseLong(setting("PACE_MS", "4")));
    }
    analytics.flush();
    var all = settled.await(PATIENCE_MINUTES, TimeUnit.MINUTES);
    analytics.shutdown();
    System.exit(all ? 0 : 1);
  }

  private static MessageBuilder<?, ?> call(int n) {
    var user = "user-" + n % 50;
    return switch (n % 6) {
      case 0 -> TrackMessage.builder("Order Completed").userId(user).properties(Map.of("n", n, "total", 12.5));
      case 1 -> IdentifyMessage.builder().userId(user).traits(Map.of("plan", "free", "seen" + n, n));
      case 2 -> PageMessage.builder("Home").anonymousId("visitor-" + n).properties(Map.of("path", "/"));
      case 3 -> ScreenMessage.builder("Start").anonymousId("visitor-" + n).properties(Map.of("n", n));
      case 4 -> GroupMessage.builder("group-1").userId(user).traits(Map.of("seats", n));
      default -> AliasMessage.builder("visitor-" + n).userId(user);
    };
  }

  private static String setting(String name, String otherwise) {
    return System.getenv().getOrDefault(name, otherwise);
  }
}
