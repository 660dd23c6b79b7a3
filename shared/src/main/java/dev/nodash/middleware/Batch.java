package dev.nodash.middleware;

import dev.nodash.middleware.Call.Sender;
import dev.nodash.model.TenantId;
import java.util.List;
import java.util.Optional;

/**
 * Several calls in one request, before anybody has proved whose they are.
 *
 * @param claimedTenant what the tenant header says
 * @param writeKey the credential beside the events
 * @param items in the order in which they came
 * @param ignored what is wrong with the batch beside its events, and was therefore passed over
 */
record Batch(Optional<TenantId> claimedTenant, Optional<String> writeKey, List<Item> items, List<String> ignored) {

  /** Who sends it; where there is no credential, the first that an event has is the batch's. */
  Sender sender() {
    return new Sender(claimedTenant, writeKey, spareKey(), Optional.empty());
  }

  private Optional<String> spareKey() {
    for (var item : items) {
      var key = item.call().flatMap(Call::writeKey);
      if (key.isPresent()) {
        return key;
      }
    }
    return Optional.empty();
  }

  /**
   * One of them.
   *
   * @param messageId as far as it could be read
   * @param call empty where something is wrong with it
   */
  record Item(int index, Optional<String> messageId, Optional<Call> call, List<String> faults) {

    Item with(Call call) {
      return new Item(index, messageId, Optional.of(call), faults);
    }

    Item withoutCall() {
      return new Item(index, messageId, Optional.empty(), faults);
    }

    Item refused(String fault) {
      return new Item(index, messageId, Optional.empty(), List.of(fault));
    }
  }
}
