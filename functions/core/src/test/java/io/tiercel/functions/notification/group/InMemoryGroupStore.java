package io.tiercel.functions.notification.group;

import io.tiercel.functions.notification.GroupSummary;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Groups in memory, for tests. */
public final class InMemoryGroupStore implements GroupStore {
    private final Map<String, GroupHeader> headers = new HashMap<>();
    private final Map<String, Map<String, GroupMember>> members = new HashMap<>();
    private final Map<String, Map<String, String>> assignments = new HashMap<>();

    /** The ids of all groups. */
    public synchronized Set<String> ids() {
        return Set.copyOf(headers.keySet());
    }

    @Override
    public synchronized void create(GroupHeader header) {
        headers.putIfAbsent(header.id(), header);
    }

    @Override
    public synchronized Optional<GroupHeader> find(String groupId) {
        return Optional.ofNullable(headers.get(groupId));
    }

    @Override
    public synchronized long size(String groupId) {
        return members.getOrDefault(groupId, Map.of()).size();
    }

    @Override
    public synchronized String join(String channel, String occasion, GroupMember member) {
        String first = assignments
                .computeIfAbsent(channel + "/" + member.incidentId(), key -> new HashMap<>())
                .putIfAbsent(occasion, member.groupId());
        String joined = first == null ? member.groupId() : first;
        put(member.in(joined));
        return joined;
    }

    @Override
    public synchronized Optional<String> assignment(String channel, String incidentId, String occasion) {
        return Optional.ofNullable(
                assignments.getOrDefault(channel + "/" + incidentId, Map.of()).get(occasion));
    }

    @Override
    public synchronized boolean put(GroupMember member) {
        Map<String, GroupMember> group = members.computeIfAbsent(member.groupId(), key -> new LinkedHashMap<>());
        GroupMember stored = group.get(member.incidentId());
        if (stored == null) {
            group.put(member.incidentId(), member);
            return true;
        }
        GroupMember next = new GroupMember(
                member.groupId(),
                member.incidentId(),
                member.rule(),
                member.workload(),
                member.target(),
                member.priority(),
                member.verified(),
                member.count(),
                member.open(),
                stored.joinedAt());
        boolean older =
                member.count() < stored.count() || member.count() == stored.count() && !stored.open() && member.open();
        if (older || next.equals(stored)) {
            return false;
        }
        group.put(member.incidentId(), next);
        return true;
    }

    @Override
    public synchronized Optional<GroupSummary> summary(String groupId) {
        MemberTotals totals = new MemberTotals();
        members.getOrDefault(groupId, Map.of()).values().forEach(totals::add);
        return find(groupId).flatMap(totals::summary);
    }
}
