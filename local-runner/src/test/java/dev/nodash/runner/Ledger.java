package dev.nodash.runner;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** What a client knows: which messages it sent, and which of them were answered with 200. */
final class Ledger {
  static final String DUPLICATE = "Event already processed";

  private final Set<Message> sent = ConcurrentHashMap.newKeySet();
  private final Map<Message, Integer> acknowledged = new ConcurrentHashMap<>();
  private final Map<Message, Integer> firsts = new ConcurrentHashMap<>();
  private final Queue<String> refused = new ConcurrentLinkedQueue<>();

  void sending(Message message) {
    sent.add(message);
  }

  /** Notes an answer; says whether it acknowledges the message. */
  boolean answered(Message message, HttpResponse<String> answer) {
    if (answer.statusCode() != 200) {
      refused.add(answer.statusCode() + " " + answer.body());
      return false;
    }
    acknowledged.merge(message, 1, Integer::sum);
    if (!answer.body().contains(DUPLICATE)) {
      firsts.merge(message, 1, Integer::sum);
    }
    return true;
  }

  List<Message> acknowledged() {
    return List.copyOf(acknowledged.keySet());
  }

  int answers() {
    return acknowledged.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** Sent, and never answered with 200. */
  List<Message> unknown() {
    return sent.stream().filter(message -> !acknowledged.containsKey(message)).toList();
  }

  /** Messages that were more than once told to be new. */
  List<Message> acceptedTwice() {
    return firsts.entrySet().stream().filter(entry -> entry.getValue() > 1).map(Map.Entry::getKey).toList();
  }

  /** Answers that were no 200. */
  List<String> refused() {
    return List.copyOf(refused);
  }
}
