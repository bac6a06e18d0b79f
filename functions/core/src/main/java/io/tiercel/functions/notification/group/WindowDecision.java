package io.tiercel.functions.notification.group;

import io.tiercel.functions.incident.UrgencyClass;
import io.tiercel.functions.notification.GroupSummary.Dimension;
import io.tiercel.functions.notification.file.ChannelLimits;
import io.tiercel.functions.notification.group.ChannelWindow.Message;
import io.tiercel.functions.notification.group.ChannelWindow.OpenGroup;
import io.tiercel.rules.text.Sha256;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The decision about one incident: a message of its own, or a group. Pure.
 *
 * <p>Only messages count, not the incidents that join a group. More than {@link ChannelLimits#groupOver} messages about one rule,
 * host or cluster within the window open a group for it. A group that exists is preferred to a message of its own, and a rule to a
 * host, a host to a cluster. An incident that the channel has shown before, which has escalated or reopened, joins no group of new ones: the channel's limit
 * of messages applies to it, and groups of such incidents if there is none. A channel that has used up its {@link ChannelLimits#messages} opens no group but a digest.
 *
 * @param window the window afterwards; the same object as before if nothing has to be stored
 * @param group the group that the incident joins; empty for a message of its own
 * @param dimension what the incidents of the group share; {@link Dimension#CHANNEL} without a group
 */
public record WindowDecision(ChannelWindow window, Optional<OpenGroup> group, Dimension dimension) {
    /**
     * Maximum number of messages in a window. Further incidents join the digest, as if the channel's limit were this number. A message
     * of a more important class displaces the oldest one of the least important class.
     */
    public static final int MAX_MESSAGES = 1_000;

    /** Maximum number of open groups of a channel, without digests. Further incidents join the digest, and classes displace each other in the same way. */
    public static final int MAX_GROUPS = 200;

    /** The time after which no incident can join a group. */
    public static final Duration MAX_AGE = Duration.ofHours(1);

    /** A join is written after this part of the window. A group therefore completes after 1 to 1.25 windows without incidents. */
    private static final int TOUCHES_PER_WINDOW = 4;

    private static final List<Dimension> SHARED = List.of(Dimension.RULE, Dimension.HOST, Dimension.CLUSTER);
    private static final int CHANNEL_NAME_LENGTH = 24;

    /**
     * Decides about an incident.
     *
     * @param channel the channel's name
     * @param full returns whether a group has no room for another incident
     */
    public static WindowDecision decide(
            ChannelWindow stored,
            GroupCandidate candidate,
            String channel,
            ChannelLimits limits,
            Predicate<String> full,
            Instant now) {
        long time = now.toEpochMilli();
        if (limits.groupOver() == ChannelLimits.NO_LIMIT && limits.messages() == ChannelLimits.NO_LIMIT) {
            return own(stored);
        }
        ChannelWindow window = current(stored, limits, time);
        if (window.messages().stream().anyMatch(message -> message.occasion().equals(candidate.occasion()))) {
            return own(stored);
        }
        boolean apart = candidate.again() && limits.messages() != ChannelLimits.NO_LIMIT;
        List<Shared> shared = apart || limits.groupOver() == ChannelLimits.NO_LIMIT
                ? List.of()
                : SHARED.stream()
                        .flatMap(dimension ->
                                candidate.shared(dimension, channel).map(hash -> new Shared(dimension, hash)).stream())
                        .toList();
        for (Shared kind : shared) {
            Optional<OpenGroup> open = find(window, kind, candidate.urgency(), full);
            if (open.isPresent()) {
                return joined(stored, window, open.get(), limits, time);
            }
        }
        Optional<Shared> exceeded = shared.stream()
                .filter(kind -> count(
                                window,
                                kind,
                                candidate.urgency(),
                                time - limits.groupWithin().toMillis())
                        >= limits.groupOver())
                .findFirst();
        boolean exhausted =
                sent(window, candidate.urgency(), time - limits.messagesWithin().toMillis()) >= limits.messages()
                        || sent(window, candidate.urgency(), Long.MIN_VALUE) >= MAX_MESSAGES
                        || exceeded.isPresent() && groups(window, candidate.urgency()) >= MAX_GROUPS;
        if (exhausted) {
            Shared digest = new Shared(
                    Dimension.CHANNEL,
                    candidate.shared(Dimension.CHANNEL, channel).orElseThrow());
            return find(window, digest, candidate.urgency(), full)
                    .map(open -> joined(stored, window, open, limits, time))
                    .orElseGet(() -> opened(window, digest, candidate, channel, time));
        }
        return exceeded.map(kind -> opened(window, kind, candidate, channel, time))
                .orElseGet(() -> own(with(window, message(candidate, channel, time))));
    }

    private static WindowDecision own(ChannelWindow window) {
        return new WindowDecision(window, Optional.empty(), Dimension.CHANNEL);
    }

    /** Leaves out what is too old. A clock that runs behind makes nothing older. */
    private static ChannelWindow current(ChannelWindow stored, ChannelLimits limits, long time) {
        long kept = Math.max(
                limits.groupWithin().toMillis(), limits.messagesWithin().toMillis());
        return new ChannelWindow(
                stored.messages().stream()
                        .filter(message -> time - message.atMillis() < kept)
                        .toList(),
                stored.groups().stream()
                        .filter(group -> open(group, limits, time))
                        .toList());
    }

    private static boolean open(OpenGroup group, ChannelLimits limits, long time) {
        long window = window(group.dimension(), limits);
        return time - group.joinedMillis() < window + window / TOUCHES_PER_WINDOW
                && time - group.sinceMillis() < MAX_AGE.toMillis();
    }

    private static long window(Dimension dimension, ChannelLimits limits) {
        return (dimension == Dimension.CHANNEL ? limits.messagesWithin() : limits.groupWithin()).toMillis();
    }

    private static Optional<OpenGroup> find(
            ChannelWindow window, Shared kind, UrgencyClass urgency, Predicate<String> full) {
        return window.groups().stream()
                .filter(group -> group.matches(kind.dimension(), kind.hash(), urgency) && !full.test(group.id()))
                .findFirst();
    }

    private static long count(ChannelWindow window, Shared kind, UrgencyClass urgency, long after) {
        return window.messages().stream()
                .filter(message -> message.atMillis() > after
                        && urgency.counts(message.urgency())
                        && message.hash(kind.dimension()).equals(kind.hash()))
                .count();
    }

    private static long sent(ChannelWindow window, UrgencyClass urgency, long after) {
        return window.messages().stream()
                .filter(message -> message.atMillis() > after && urgency.counts(message.urgency()))
                .count();
    }

    private static long groups(ChannelWindow window, UrgencyClass urgency) {
        return window.groups().stream()
                .filter(group -> group.dimension() != Dimension.CHANNEL && urgency.counts(group.urgency()))
                .count();
    }

    private static WindowDecision joined(
            ChannelWindow stored, ChannelWindow window, OpenGroup group, ChannelLimits limits, long time) {
        if (time - group.joinedMillis() < window(group.dimension(), limits) / TOUCHES_PER_WINDOW) {
            return new WindowDecision(stored, Optional.of(group), group.dimension());
        }
        OpenGroup touched = group.joined(time);
        List<OpenGroup> groups = new ArrayList<>(window.groups());
        groups.replaceAll(other -> other.id().equals(group.id()) ? touched : other);
        return new WindowDecision(
                new ChannelWindow(window.messages(), groups), Optional.of(touched), group.dimension());
    }

    /** A new group replaces a full one of its kind. */
    private static WindowDecision opened(
            ChannelWindow window, Shared kind, GroupCandidate candidate, String channel, long time) {
        OpenGroup group = new OpenGroup(
                id(channel, kind, candidate, time), kind.dimension(), kind.hash(), candidate.urgency(), time, time);
        List<OpenGroup> groups = new ArrayList<>(window.groups());
        groups.removeIf(other -> other.matches(kind.dimension(), kind.hash(), candidate.urgency()));
        groups.add(group);
        ChannelWindow with = with(window, new Message(group.id(), time, candidate.urgency(), "", "", ""));
        return new WindowDecision(
                new ChannelWindow(with.messages(), limited(groups)), Optional.of(group), kind.dimension());
    }

    private static ChannelWindow with(ChannelWindow window, Message message) {
        List<Message> messages = new ArrayList<>(window.messages());
        messages.add(message);
        if (messages.size() > MAX_MESSAGES) {
            messages.remove(leastImportant(messages, Message::urgency));
        }
        return new ChannelWindow(messages, window.groups());
    }

    /** Digests do not count: there are two of each class. */
    private static List<OpenGroup> limited(List<OpenGroup> groups) {
        List<OpenGroup> limited = new ArrayList<>(groups);
        List<OpenGroup> others = groups.stream()
                .filter(group -> group.dimension() != Dimension.CHANNEL)
                .toList();
        if (others.size() > MAX_GROUPS) {
            limited.remove(leastImportant(others, OpenGroup::urgency));
        }
        return limited;
    }

    /** Returns the oldest of the least important class, so that noise displaces nothing that is more important. */
    private static <T> T leastImportant(List<T> all, Function<T, UrgencyClass> urgency) {
        T found = all.getFirst();
        for (T other : all) {
            if (urgency.apply(other).compareTo(urgency.apply(found)) > 0) {
                found = other;
            }
        }
        return found;
    }

    private static Message message(GroupCandidate candidate, String channel, long time) {
        return new Message(
                candidate.occasion(),
                time,
                candidate.urgency(),
                candidate.shared(Dimension.RULE, channel).orElse(""),
                candidate.shared(Dimension.HOST, channel).orElse(""),
                candidate.shared(Dimension.CLUSTER, channel).orElse(""));
    }

    /** The channel's name, the start, and a hash of what the group is about: unique, and the same after a retry of the decision. */
    private static String id(String channel, Shared kind, GroupCandidate candidate, long time) {
        String name = channel.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "-");
        String about = new Sha256()
                .update(channel + "\n" + kind.dimension() + "\n" + kind.hash() + "\n" + candidate.urgency() + "\n"
                        + candidate.occasion())
                .hexPrefix(10);
        return name.substring(0, Math.min(name.length(), CHANNEL_NAME_LENGTH)) + "-"
                + Long.toString(Math.max(time, 0), Character.MAX_RADIX) + "-" + about;
    }

    /**
     * What incidents can share.
     *
     * @param dimension the dimension
     * @param hash {@link GroupCandidate#hash} of the value
     */
    private record Shared(Dimension dimension, String hash) {}
}
