package io.tiercel.sensor.bpf;

import static io.tiercel.sensor.bpf.record.RecordLayout.*;

import io.tiercel.sensor.bpf.load.LibBpf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/** The map of lost records by process. It is bounded (bpf/budget.h). */
final class LossGroupMap {
    private final LibBpf bpf;
    private final int map;
    private final Pointer key;
    private final Pointer value;

    LossGroupMap(Runtime runtime, LibBpf bpf, int map) {
        this.bpf = bpf;
        this.map = map;
        key = Memory.allocateDirect(runtime, LOSS_KEY_SIZE, true);
        value = Memory.allocateDirect(runtime, LOSS_GROUP_SIZE, true);
    }

    /** Returns and removes all entries. A loss that the kernel counts at the same moment is only in the loss counters. */
    List<LossGroup> take() {
        List<LossGroup> groups = new ArrayList<>();
        while (groups.size() < MAX_LOSS_GROUPS && bpf.bpf_map_get_next_key(map, null, key) == 0) {
            if (bpf.bpf_map_lookup_elem(map, key, value) == 0) {
                groups.add(read());
            }
            bpf.bpf_map_delete_elem(map, key);
        }
        return groups;
    }

    private LossGroup read() {
        byte[] comm = new byte[COMM_SIZE];
        value.get(LOSS_GROUP_COMM, comm, 0, COMM_SIZE);
        int length = 0;
        while (length < COMM_SIZE && comm[length] != 0) {
            length++;
        }
        return new LossGroup(
                key.getLong(LOSS_KEY_ACCOUNT),
                key.getInt(LOSS_KEY_TGID),
                new String(comm, 0, length, StandardCharsets.ISO_8859_1),
                value.getInt(LOSS_GROUP_UID),
                value.getLong(LOSS_GROUP_CGROUP_ID),
                value.getLong(LOSS_GROUP_RECORDS),
                value.getLong(LOSS_GROUP_STATE_RECORDS));
    }
}
