package io.tiercel.sensor.bpf;

import static io.tiercel.sensor.bpf.record.RecordLayout.*;

import io.tiercel.sensor.bpf.load.CaptureMaps;
import io.tiercel.sensor.bpf.load.LibBpf;
import io.tiercel.sensor.bpf.record.SyscallTable;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/**
 * The prefilter in the kernel: its tables, and the state of the node that it uses (bpf/prefilter.h).
 *
 * <p>There are two sets of tables. One is active while the other can be written, and writing one byte switches them. The
 * generation in a record tells which tables the event was checked against.
 */
public final class KernelPrefilter implements ProcessMaskTable {
    private static final int BPF_NOEXIST = 1;
    private static final int BPF_ANY = 0;
    private static final byte ALL_DISJUNCTS = -1;

    private final Runtime runtime;
    private final LibBpf bpf;
    private final Pointer config;
    private final Supplier<CaptureMaps.MappedSection> tables;
    private final int processNamesMap;
    private final int commClassesMap;
    private final int membershipMap;
    private final int mismatchMap;
    private final int processMasksMap;
    private final int hostMountsMap;
    private final int filteredMap;
    private final BitSet filteredSyscalls = new BitSet();
    private final List<List<Pointer>> commKeys = List.of(new ArrayList<>(), new ArrayList<>());
    private final Pointer maskKey;
    private final Pointer maskValue;
    private int generation;
    private int active;

    /** @param tables maps the two sets of tables */
    KernelPrefilter(
            Runtime runtime,
            LibBpf bpf,
            Pointer config,
            Supplier<CaptureMaps.MappedSection> tables,
            MapDescriptors maps) {
        this.runtime = runtime;
        this.bpf = bpf;
        this.config = config;
        this.tables = tables;
        this.processNamesMap = maps.descriptor("process_names");
        this.commClassesMap = maps.descriptor("comm_classes");
        this.membershipMap = maps.descriptor("cgroup_membership");
        this.mismatchMap = maps.descriptor("cgroup_mismatch");
        this.processMasksMap = maps.descriptor("process_masks");
        this.maskKey = memory(PROCESS_MASK_KEY_SIZE);
        this.maskValue = memory(PROCESS_MASK_SIZE);
        this.hostMountsMap = maps.descriptor("host_mounts");
        this.filteredMap = maps.descriptor("filtered");
    }

    /** File descriptors of maps by name. */
    @FunctionalInterface
    interface MapDescriptors {
        int descriptor(String name);
    }

    /**
     * Activates tables.
     *
     * @param verify whether events that the prefilter would drop are emitted with a mask of 0
     * @return the generation of records that are checked against these tables
     * @throws CaptureException if this process may not have more memory. The active tables stay then
     */
    public int activate(PrefilterTables newTables, boolean verify) {
        try (CaptureMaps.MappedSection mapped = tables.get()) {
            return activate(mapped.memory(), newTables, verify);
        }
    }

    private int activate(Pointer tableSets, PrefilterTables newTables, boolean verify) {
        active = 1 - active;
        long at = (long) active * PREFILTER_TABLES_SIZE;
        tableSets.putInt(at + PREFILTER_TABLES_GENERATION, 0);
        VarHandle.fullFence(); // A program that still reads this set must see that it is invalid before it changes.
        commKeys.get(active).forEach(key -> bpf.bpf_map_delete_elem(commClassesMap, key));
        commKeys.get(active).clear();
        generation++;
        byte[] bytes = newTables.bytes();
        boolean complete = newTables.commClasses().entrySet().stream()
                .allMatch(entry -> putCommClass(entry.getKey(), entry.getValue()));
        if (!complete) {
            Arrays.fill(bytes, PREFILTER_TABLES_COMM, PREFILTER_TABLES_UID, ALL_DISJUNCTS);
        }
        for (int number = 0; number < SyscallTable.LIMIT; number++) {
            if (bytes[PREFILTER_TABLES_EVENT_TYPE + number] != 0) {
                filteredSyscalls.set(number);
            }
        }
        tableSets.put(at, bytes, 0, PREFILTER_TABLES_SIZE);
        VarHandle.releaseFence();
        tableSets.putInt(at + PREFILTER_TABLES_GENERATION, generation);
        putRelease(CAPTURE_CONFIG_PREFILTER_VERIFY, verify ? 1 : 0);
        putRelease(CAPTURE_CONFIG_PREFILTER, active + 1);
        return generation;
    }

    /** Deactivates the prefilter: all events are emitted. */
    public void deactivate() {
        putRelease(CAPTURE_CONFIG_PREFILTER, 0);
    }

    /** Writes a byte after everything that was written before. A program on another CPU sees the writes in this order. */
    private void putRelease(long offset, int value) {
        VarHandle.releaseFence();
        config.putByte(offset, (byte) value);
    }

    /**
     * Sets the program name of a process, unless the kernel already has one.
     *
     * @param startedNanos the identity of the program, beside the pid
     */
    public void setProcessName(int pid, String comm, long startedNanos) {
        Pointer value = memory(PROCESS_NAME_SIZE);
        value.putLong(PROCESS_NAME_STARTED_NS, startedNanos);
        put(value, PROCESS_NAME_COMM, comm, COMM_SIZE - 1);
        bpf.bpf_map_update_elem(processNamesMap, key(pid), value, BPF_NOEXIST);
    }

    /** Makes the program name of a process unknown until its next exec or fork. */
    public void removeProcessName(int pid) {
        bpf.bpf_map_delete_elem(processNamesMap, key(pid));
    }

    /** Declares that the programs or ancestors of processes changed in user space. Masks with another version no longer hold. */
    public void setLineageVersion(int version) {
        config.putInt(CAPTURE_CONFIG_LINEAGE_VERSION, version);
    }

    @Override
    public int lostLineageChanges() {
        return config.getInt(CAPTURE_CONFIG_LINEAGE_LOST);
    }

    @Override
    public void setProcessMask(int pid, int syscall, ProcessMask mask) {
        maskValue.putLong(PROCESS_MASK_DISJUNCTS, mask.disjuncts());
        maskValue.putLong(PROCESS_MASK_STARTED_NS, mask.startedNanos());
        maskValue.putInt(PROCESS_MASK_GENERATION, mask.generation());
        maskValue.putInt(PROCESS_MASK_LINEAGE, mask.lineage());
        maskValue.putInt(PROCESS_MASK_VERSION, mask.version());
        maskValue.putLong(PROCESS_MASK_CHECK, mask.check());
        setMaskKey(pid, syscall);
        bpf.bpf_map_update_elem(processMasksMap, maskKey, maskValue, BPF_ANY);
    }

    @Override
    public void removeProcessMask(int pid, int syscall) {
        setMaskKey(pid, syscall);
        bpf.bpf_map_delete_elem(processMasksMap, maskKey);
    }

    /** Declares that the sensor's state may lack processes that the kernel has a name for. */
    public void setStateIncomplete() {
        putRelease(CAPTURE_CONFIG_STATE_INCOMPLETE, 1);
    }

    /** Sets whether the processes of a cgroup are in a container. */
    public void setMembership(long cgroup, boolean container) {
        Pointer value = memory(4);
        value.putInt(0, container ? MEMBERSHIP_CONTAINER : MEMBERSHIP_HOST);
        bpf.bpf_map_update_elem(membershipMap, key(cgroup), value, BPF_ANY);
    }

    public void removeMembership(long cgroup) {
        bpf.bpf_map_delete_elem(membershipMap, key(cgroup));
    }

    /** Declares that the membership of a process differs from that of its cgroup. */
    public void setCgroupMismatch(int pid) {
        Pointer value = memory(4);
        value.putInt(0, 1);
        if (bpf.bpf_map_update_elem(mismatchMap, key(pid), value, BPF_ANY) != 0) {
            putRelease(CAPTURE_CONFIG_CGROUP_MISMATCH_OVERFLOW, 1);
        }
    }

    /** Declares that the membership of a process is that of its cgroup. */
    public void clearCgroupMismatch(int pid) {
        bpf.bpf_map_delete_elem(mismatchMap, key(pid));
    }

    /** Sets the mount point at which the host sees a device's whole file system; empty for the root. */
    public void setHostMount(int device, String path) {
        Pointer value = memory(HOST_MOUNT_SIZE);
        boolean fits = path.length() < HOST_MOUNT_SIZE - HOST_MOUNT_PATH;
        value.putInt(HOST_MOUNT_KIND, fits ? MOUNT_FULL : MOUNT_PARTIAL);
        value.putInt(HOST_MOUNT_LENGTH, fits ? path.length() : 0);
        put(value, HOST_MOUNT_PATH, fits ? path : "", HOST_MOUNT_SIZE - HOST_MOUNT_PATH);
        clearRootDevice(device);
        if (bpf.bpf_map_update_elem(hostMountsMap, key(device), value, BPF_ANY) == 0 && path.isEmpty()) {
            config.putInt(CAPTURE_CONFIG_ROOT_DEVICE, device);
        }
    }

    /** Declares that the host sees only parts of a device's file system. */
    public void setPartialMount(int device) {
        Pointer value = memory(HOST_MOUNT_SIZE);
        value.putInt(HOST_MOUNT_KIND, MOUNT_PARTIAL);
        clearRootDevice(device);
        bpf.bpf_map_update_elem(hostMountsMap, key(device), value, BPF_ANY);
    }

    public void removeHostMount(int device) {
        clearRootDevice(device);
        bpf.bpf_map_delete_elem(hostMountsMap, key(device));
    }

    private void clearRootDevice(int device) {
        if (config.getInt(CAPTURE_CONFIG_ROOT_DEVICE) == device) {
            config.putInt(CAPTURE_CONFIG_ROOT_DEVICE, 0);
        }
    }

    /** Returns the events that the prefilter dropped since the start, by event type. */
    public SequencedMap<String, Long> filteredEvents() {
        int cpus = bpf.libbpf_num_possible_cpus();
        Pointer values = memory(Long.BYTES * cpus);
        TreeMap<String, Long> counts = new TreeMap<>();
        filteredSyscalls.stream().forEach(number -> {
            String type = SyscallTable.eventTypeName(number);
            if (bpf.bpf_map_lookup_elem(filteredMap, key(number), values) == 0) {
                long sum = 0;
                for (int cpu = 0; cpu < cpus; cpu++) {
                    sum += values.getLong((long) Long.BYTES * cpu);
                }
                counts.merge(type, sum, Long::sum);
            }
        });
        return counts;
    }

    /** Returns false if the map is full. */
    private boolean putCommClass(String comm, int commClass) {
        Pointer key = memory(COMM_KEY_SIZE);
        put(key, COMM_KEY_COMM, comm, COMM_SIZE - 1);
        key.putInt(COMM_KEY_GENERATION, generation);
        Pointer value = memory(4);
        value.putInt(0, commClass);
        commKeys.get(active).add(key);
        return bpf.bpf_map_update_elem(commClassesMap, key, value, BPF_ANY) == 0;
    }

    private static void put(Pointer to, int offset, String text, int limit) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        to.put(offset, bytes, 0, Math.min(bytes.length, limit));
    }

    private Pointer key(int number) {
        Pointer key = memory(4);
        key.putInt(0, number);
        return key;
    }

    private Pointer key(long number) {
        Pointer key = memory(8);
        key.putLong(0, number);
        return key;
    }

    private void setMaskKey(int pid, int syscall) {
        maskKey.putInt(PROCESS_MASK_KEY_TGID, pid);
        maskKey.putInt(PROCESS_MASK_KEY_SYSCALL, syscall);
    }

    private Pointer memory(int size) {
        return Memory.allocateDirect(runtime, size, true);
    }
}
