package io.tiercel.sensor.bpf.load;

import java.util.function.IntUnaryOperator;

/**
 * A link of a hook: its file descriptor, and the id that the kernel gave it. A debugger with all rights can close the descriptor in
 * this process, which detaches the hook.
 */
public record AttachedLink(int descriptor, int id) {
    /**
     * Returns a link that has just been attached.
     *
     * @param ids asks the kernel for the id of a link; 0 if there is none
     */
    public static AttachedLink of(int descriptor, IntUnaryOperator ids) {
        return new AttachedLink(descriptor, ids.applyAsInt(descriptor));
    }

    /** Returns false if the descriptor is closed, or belongs to something else now. A kernel that tells no ids is trusted. */
    public boolean isAttached(IntUnaryOperator ids) {
        return id == 0 || ids.applyAsInt(descriptor) == id;
    }
}
