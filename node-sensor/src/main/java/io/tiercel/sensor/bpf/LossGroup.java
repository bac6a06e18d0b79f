package io.tiercel.sensor.bpf;

import io.tiercel.sensor.bpf.record.RecordLayout;

/**
 * Records of one process that were lost because the ring buffer was full or the process was over its budget.
 *
 * @param account the container or user that the process belongs to, as in bpf/layout.h: the id of the container's outermost
 *     cgroup, the address of its pid namespace, or a {@linkplain #isUser user}; 0 if unknown
 * @param pid the process
 * @param comm its program name at the first loss, at most 15 bytes
 * @param uid its effective user at the first loss
 * @param cgroupId its cgroup in the unified hierarchy at the first loss
 * @param records number of lost records
 * @param stateRecords those of them that the process state depends on
 */
public record LossGroup(long account, int pid, String comm, int uid, long cgroupId, long records, long stateRecords) {
    private static final long USER_PREFIX = 1L << RecordLayout.ACCOUNT_USER_BIT - 32;

    /** Returns true if the account is a user of the host, and not a container. */
    public boolean isUser() {
        return account >>> 32 == USER_PREFIX;
    }
}
