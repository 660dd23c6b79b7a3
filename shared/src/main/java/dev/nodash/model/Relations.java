package dev.nodash.model;

import java.util.Optional;

/**
 * What a call relates its actor to.
 *
 * @param category of the page or screen that was looked at
 * @param groupId the group that a group call puts the actor into
 * @param previousId the id that an alias call says the user had before
 */
public record Relations(Optional<String> category, Optional<String> groupId, Optional<String> previousId) {
  public static final Relations NONE = new Relations(Optional.empty(), Optional.empty(), Optional.empty());
}
