package io.tiercel.sensor.bpf.load;

import java.util.Arrays;

/**
 * Instructions of a small BPF program, in the form of include/uapi/linux/bpf.h. Registers are 0 to 10; register 0 has the result of a
 * call, and calls keep 6 to 9.
 */
public final class Instructions {
    private static final int PSEUDO_MAP_VALUE = 2;

    private long[] code = new long[0];

    private Instructions add(int operation, int target, int source, int offset, int constant) {
        code = Arrays.copyOf(code, code.length + 1);
        code[code.length - 1] =
                operation | target << 8 | source << 12 | (offset & 0xffffL) << 16 | (long) constant << 32;
        return this;
    }

    /** Loads the address of the only value of an array map. */
    public Instructions loadMapValue(int register, int map) {
        return add(0x18, register, PSEUDO_MAP_VALUE, 0, map).add(0, 0, 0, 0, 0);
    }

    public Instructions loadShort(int register, int address, int offset) {
        return add(0x69, register, address, offset, 0);
    }

    public Instructions storeByte(int address, int offset, int value) {
        return add(0x72, address, 0, offset, value);
    }

    public Instructions callHelper(int helper) {
        return add(0x85, 0, 0, 0, helper);
    }

    /** Skips instructions. */
    public Instructions jump(int count) {
        return add(0x05, 0, 0, count, 0);
    }

    public Instructions jumpIfNot(int register, int value, int count) {
        return add(0x55, register, 0, count, value);
    }

    public Instructions returnZero() {
        return add(0xb7, 0, 0, 0, 0).add(0x95, 0, 0, 0, 0);
    }

    public long[] toArray() {
        return code.clone();
    }
}
