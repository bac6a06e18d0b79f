package io.tiercel.sensor.event;

import io.tiercel.sensor.bpf.KernelPrefilter;
import io.tiercel.sensor.process.KernelStateListener;

/** Forwards state changes to the kernel prefilter. */
record KernelStateUpdater(KernelPrefilter prefilter) implements KernelStateListener {
    @Override
    public void cgroupAdded(long id, boolean isContainer) {
        prefilter.home(id, isContainer);
    }

    @Override
    public void cgroupRemoved(long id) {
        prefilter.homeGone(id);
    }

    @Override
    public void cgroupMismatch(int pid) {
        prefilter.apart(pid);
    }

    @Override
    public void processFound(int pid, String comm) {
        prefilter.program(pid, comm);
    }

    @Override
    public void stateIncomplete() {
        prefilter.strangers();
    }

    @Override
    public void deviceMounted(int device, String mountPoint) {
        prefilter.mount(device, mountPoint);
    }

    @Override
    public void devicePartlyMounted(int device) {
        prefilter.mountedInParts(device);
    }

    @Override
    public void deviceUnmounted(int device) {
        prefilter.unmounted(device);
    }
}
