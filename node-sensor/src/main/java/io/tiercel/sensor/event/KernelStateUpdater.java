package io.tiercel.sensor.event;

import io.tiercel.sensor.bpf.KernelPrefilter;
import io.tiercel.sensor.process.KernelStateListener;

/** Forwards state changes to the kernel prefilter. */
record KernelStateUpdater(KernelPrefilter prefilter) implements KernelStateListener {
    @Override
    public void cgroupAdded(long id, boolean isContainer) {
        prefilter.setMembership(id, isContainer);
    }

    @Override
    public void cgroupRemoved(long id) {
        prefilter.removeMembership(id);
    }

    @Override
    public void cgroupMismatch(int pid) {
        prefilter.setCgroupMismatch(pid);
    }

    @Override
    public void cgroupMatches(int pid) {
        prefilter.clearCgroupMismatch(pid);
    }

    @Override
    public void processFound(int pid, String comm, long startedNanos) {
        prefilter.setProcessName(pid, comm, startedNanos);
    }

    @Override
    public void lineageChanged(int version) {
        prefilter.setLineageVersion(version);
    }

    @Override
    public void processNameUnknown(int pid) {
        prefilter.removeProcessName(pid);
    }

    @Override
    public void stateIncomplete() {
        prefilter.setStateIncomplete();
    }

    @Override
    public void deviceMounted(int device, String mountPoint) {
        prefilter.setHostMount(device, mountPoint);
    }

    @Override
    public void devicePartlyMounted(int device) {
        prefilter.setPartialMount(device);
    }

    @Override
    public void deviceUnmounted(int device) {
        prefilter.removeHostMount(device);
    }
}
