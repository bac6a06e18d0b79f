package io.tiercel.sensor.process;

import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Finds the leaders of a process's session and process groups.
 *
 * <p>In the host's pid namespace, the leader is the live process with that id. Otherwise, or after it ended, the leader is
 * the oldest ancestor in an unbroken chain with the same session or group id.
 */
public final class ProcessLeaders {
    private final NodeState state;

    /** Creates a finder over the processes of a node. */
    public ProcessLeaders(NodeState state) {
        this.state = state;
    }

    /** Returns the session leader; null if unknown. */
    public @Nullable ProcessInfo session(ProcessInfo p) {
        return leader(p, q -> q.sid, p.isNamespaced());
    }

    /** Returns the leader of the process group in the process's own pid namespace; null if unknown. */
    public @Nullable ProcessInfo virtualGroup(ProcessInfo p) {
        return leader(p, q -> q.vpgid, p.isNamespaced());
    }

    /** Returns the leader of the process group in the host's pid namespace; null if unknown. */
    public @Nullable ProcessInfo group(ProcessInfo p) {
        return leader(p, q -> q.pgid, false);
    }

    private @Nullable ProcessInfo leader(ProcessInfo p, ToIntFunction<ProcessInfo> id, boolean namespaced) {
        int leaderId = id.applyAsInt(p);
        ProcessInfo leader = namespaced ? null : state.process(leaderId);
        if (leader != null) {
            return leader;
        }
        ProcessInfo oldest = null;
        for (ProcessInfo q = p; q != null && id.applyAsInt(q) == leaderId; q = q.parent()) {
            oldest = q == p ? oldest : q;
        }
        return oldest;
    }
}
