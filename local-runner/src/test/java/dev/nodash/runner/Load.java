package dev.nodash.runner;

import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Clients that send one message after the other over keep-alive connections until nobody answers any more. */
final class Load {
  private static final int CLIENTS = 16;
  private static final int USERS = 4;
  private static final int PATIENCE_SECONDS = 60;

  private final RunnerProcess runner;
  private final Ledger ledger;
  private final String name;
  private final String longAgo;
  private final Queue<IOException> cutOff = new ConcurrentLinkedQueue<>();

  /**
   * Makes the load.
   *
   * @param name what its messages' ids begin with
   * @param longAgo the time that every eighth message says it happened
   */
  Load(RunnerProcess runner, Ledger ledger, String name, String longAgo) {
    this.runner = runner;
    this.ledger = ledger;
    this.name = name;
    this.longAgo = longAgo;
  }

  /** Runs until so many messages are acknowledged, calls the end and waits until every client has noticed it. */
  void run(int acknowledgements, Runnable end) {
    var reached = new CountDownLatch(acknowledgements);
    var clients = new ArrayList<Future<?>>();
    try (ExecutorService pool = Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
      for (int client = 0; client < CLIENTS; client++) {
        var number = client;
        clients.add(pool.submit(() -> send(number, reached)));
      }
      var inTime = reached.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
      end.run();
      if (!inTime) {
        throw new AssertionError("too few acknowledgements, refused: " + ledger.refused());
      }
      for (var client : clients) {
        client.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      }
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  /** What requests ended by that had no answer, other than by a refused connection. */
  List<IOException> cutOff() {
    return List.copyOf(cutOff);
  }

  private void send(int client, CountDownLatch reached) {
    for (int i = 0;; i++) {
      var message = message(client, i);
      ledger.sending(message);
      // Every fifth message is retried before its first answer is there.
      var attempts = i % 5 == 4 ? List.of(attempt(message), attempt(message)) : List.of(attempt(message));
      var answered = 0;
      for (var attempt : attempts) {
        answered += answered(message, attempt) ? 1 : 0;
      }
      if (answered < attempts.size()) {
        return;
      }
      reached.countDown();
    }
  }

  private boolean answered(Message message, CompletableFuture<HttpResponse<String>> attempt) {
    try {
      return ledger.answered(message, attempt.join());
    } catch (CompletionException e) {
      if (!(e.getCause() instanceof IOException fault)) {
        throw e;
      }
      if (!(fault instanceof ConnectException)) {
        cutOff.add(fault);
      }
      return false;
    }
  }

  private CompletableFuture<HttpResponse<String>> attempt(Message message) {
    return runner.postAsync(message.path(), message.json(), message.headers());
  }

  /** Both tenants get the same ids, so an id that leaked between them would be taken for a duplicate. */
  private Message message(int client, int number) {
    var tenant = number % 2 == 0 ? "tenant1" : "tenant2";
    var id = name + "-" + client + "-" + number / 2;
    return new Message(tenant, id, name + "-" + client % USERS, number % 6 >= 4, number % 8 >= 6 ? longAgo : "");
  }
}
