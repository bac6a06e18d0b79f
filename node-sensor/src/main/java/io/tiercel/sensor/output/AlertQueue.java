package io.tiercel.sensor.output;

import io.tiercel.rules.alert.Alert;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A queue of alerts that is bounded in number and bytes. Alerts leave it in the order of arrival. A full queue drops alerts
 * of the cause that floods it, so that others stay:
 *
 * <ol>
 *   <li>It chooses a rule that has at least two alerts in the queue. The rules with the most alerts come first, where numbers
 *       with the same power of two count as equal. Of these, the least urgent rule is chosen, then the one with the most alerts.
 *   <li>In the rule, it chooses the alerts with the same {@linkplain AlertIdentity identity} that are most frequent.
 *   <li>Of these, it drops the second one, and keeps the first. If all of the rule's alerts differ, it drops the second one of
 *       the rule.
 * </ol>
 *
 * <p>So the first alert of a rule is never dropped, unless each rule has only one alert. Then the newest of the least urgent alerts is
 * dropped. Each operation takes logarithmic time. Not thread-safe.
 */
public final class AlertQueue {
    /** Key for the losses of rules beyond the maximum number of names. */
    static final String OTHER_RULES = "other";

    static final int MAX_NAMES = 64;

    /** An alert in the list of all alerts and in the list of its identity, both in the order of arrival. */
    private static final class Node {
        private final Alert alert;
        private final long number;
        private final int bytes;
        private final Group group;
        private @Nullable Node previous;
        private @Nullable Node next;
        private @Nullable Node nextOfGroup;

        Node(Alert alert, long number, Group group) {
            this.alert = alert;
            this.number = number;
            this.bytes = AlertSize.estimate(alert);
            this.group = group;
        }
    }

    /** The queued alerts of one identity. */
    private static final class Group {
        private final RuleAlerts rule;
        private final long identity;
        private @Nullable Node first;
        private @Nullable Node last;
        private int size;

        Group(RuleAlerts rule, long identity) {
            this.rule = rule;
            this.identity = identity;
        }

        private long firstNumber() {
            return first == null ? Long.MAX_VALUE : first.number;
        }
    }

    /** The queued alerts of one rule. */
    private static final class RuleAlerts {
        private final String name;
        private final int priority;
        private final Map<Long, Group> groups = new HashMap<>();
        private final TreeSet<Group> bySize = new TreeSet<>(
                Comparator.comparingInt((Group group) -> -group.size).thenComparing(Group::firstNumber));
        private int size;
        private long lastNumber;

        RuleAlerts(String name, int priority) {
            this.name = name;
            this.priority = priority;
        }
    }

    private record RuleKey(String name, int priority) {}

    private static final Comparator<RuleAlerts> FIRST_TO_DROP = Comparator.comparing((RuleAlerts rule) -> rule.size < 2)
            .thenComparing(rule -> Integer.numberOfLeadingZeros(rule.size))
            .thenComparing(rule -> -rule.priority)
            .thenComparing(rule -> -rule.size)
            .thenComparing(rule -> -rule.lastNumber)
            .thenComparing(rule -> rule.name);

    private final int capacity;
    private long maxBytes;
    private final Map<RuleKey, RuleAlerts> rules = new HashMap<>();
    private final TreeSet<RuleAlerts> dropOrder = new TreeSet<>(FIRST_TO_DROP);
    private final SortedMap<String, Long> droppedByRule = new TreeMap<>();
    private @Nullable Node first;
    private @Nullable Node last;
    private int size;
    private long bytes;
    private long nextNumber;
    private long dropped;

    /**
     * Creates an empty queue.
     *
     * @param capacity maximum number of alerts, at least 1
     * @param maxBytes maximum of the estimated size in bytes; one alert is accepted even if it is larger
     */
    public AlertQueue(int capacity, long maxBytes) {
        this.capacity = capacity;
        this.maxBytes = maxBytes;
    }

    /** Adds an alert at the end. Drops alerts, possibly this one, until the queue is within its limits. */
    public void add(Alert alert) {
        add(alert, AlertIdentity.hash(alert));
    }

    /** Same, with the alert's {@link AlertIdentity#hash}, which several queues can share. */
    public void add(Alert alert, long alertIdentity) {
        RuleAlerts rule = rules.computeIfAbsent(
                new RuleKey(alert.rule(), alert.priority().ordinal()), key -> new RuleAlerts(key.name, key.priority));
        Group group = rule.groups.computeIfAbsent(alertIdentity, identity -> new Group(rule, identity));
        Node node = new Node(alert, nextNumber++, group);
        dropOrder.remove(rule);
        rule.bySize.remove(group);
        if (group.last == null) {
            group.first = node;
        } else {
            group.last.nextOfGroup = node;
        }
        group.last = node;
        group.size++;
        rule.size++;
        rule.lastNumber = node.number;
        rule.bySize.add(group);
        dropOrder.add(rule);
        node.previous = last;
        if (last == null) {
            first = node;
        } else {
            last.next = node;
        }
        last = node;
        size++;
        bytes += node.bytes;
        trim();
    }

    private void trim() {
        while (size > capacity || (bytes > maxBytes && size > 1)) {
            drop(dropOrder.first());
        }
    }

    /** Changes the maximum of the estimated size, and drops alerts until the queue is within it. */
    public void limitBytes(long maximum) {
        maxBytes = maximum;
        trim();
    }

    /** Removes and returns the oldest alert; null if the queue is empty. */
    public @Nullable Alert poll() {
        Node oldest = first;
        if (oldest == null) {
            return null;
        }
        remove(oldest, null);
        return oldest.alert;
    }

    /** Returns true if no alert is queued. */
    public boolean isEmpty() {
        return size == 0;
    }

    /** Returns the number of queued alerts. */
    public int size() {
        return size;
    }

    /** Returns true if the next alert would displace one. */
    public boolean isFull() {
        return size >= capacity || bytes >= maxBytes;
    }

    /** Returns the number of alerts added so far, which is also the number of the next one. */
    public long added() {
        return nextNumber;
    }

    /** Returns the number of the oldest queued alert, counted from 0, or {@link #added} if the queue is empty. */
    public long oldest() {
        return first == null ? nextNumber : first.number;
    }

    /** Returns the number of dropped alerts. */
    public long dropped() {
        return dropped;
    }

    /** Returns the number of dropped alerts by rule. The number of names is bounded. */
    public SortedMap<String, Long> droppedByRule() {
        return Collections.unmodifiableSortedMap(new TreeMap<>(droppedByRule));
    }

    /** Drops all alerts. */
    public void dropAll() {
        for (Node node = first; node != null; node = first) {
            count(node.alert);
            remove(node, null);
        }
    }

    private void drop(RuleAlerts rule) {
        Group group = rule.bySize.first();
        Node victim;
        Node before = null;
        if (group.size > 1) {
            before = group.first;
            victim = before == null ? null : before.nextOfGroup;
        } else {
            Group second = rule.bySize.higher(group);
            victim = second == null ? group.first : second.first;
        }
        if (victim == null) {
            throw new IllegalStateException("a rule without alerts is in the queue");
        }
        count(victim.alert);
        remove(victim, before);
    }

    private void count(Alert alert) {
        dropped++;
        boolean known = droppedByRule.containsKey(alert.rule()) || droppedByRule.size() < MAX_NAMES;
        droppedByRule.merge(known ? alert.rule() : OTHER_RULES, 1L, Long::sum);
    }

    /**
     * Removes an alert.
     *
     * @param before the alert before it in its group; null if it is the first one
     */
    private void remove(Node node, @Nullable Node before) {
        Group group = node.group;
        RuleAlerts rule = group.rule;
        dropOrder.remove(rule);
        rule.bySize.remove(group);
        if (before == null) {
            group.first = node.nextOfGroup;
        } else {
            before.nextOfGroup = node.nextOfGroup;
        }
        if (group.last == node) {
            group.last = before;
        }
        group.size--;
        rule.size--;
        if (group.size > 0) {
            rule.bySize.add(group);
        } else {
            rule.groups.remove(group.identity);
        }
        if (rule.size > 0) {
            dropOrder.add(rule);
        } else {
            rules.remove(new RuleKey(rule.name, rule.priority));
        }
        if (node.previous == null) {
            first = node.next;
        } else {
            node.previous.next = node.next;
        }
        if (node.next == null) {
            last = node.previous;
        } else {
            node.next.previous = node.previous;
        }
        size--;
        bytes -= node.bytes;
    }
}
