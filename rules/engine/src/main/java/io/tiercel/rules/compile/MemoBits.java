package io.tiercel.rules.compile;

import static java.lang.constant.ConstantDescs.CD_long;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;

/**
 * Bits in fields of the generated class that record which values are cached for the current event.
 *
 * <p>A few stores clear all bits for the next event. Unlike an event counter, the bits cannot overflow.
 */
final class MemoBits {
    private static final String WORD = "known";

    private final ClassDesc owner;
    private int bits;

    MemoBits(ClassDesc owner) {
        this.owner = owner;
    }

    /** Allocates two bits of one word: whether a result is known, and its value if it is a boolean. */
    Pair allocate() {
        int first = bits;
        bits += 2;
        return new Pair(WORD + first / Long.SIZE, 1L << first, 2L << first);
    }

    /** A pair of bits and the name of their field. */
    record Pair(String word, long known, long isTrue) {}

    /** Emits code that pushes an int that is nonzero if a bit of the mask is set. */
    void load(CodeBuilder code, Pair pair, long mask) {
        code.aload(0)
                .getfield(owner, pair.word(), CD_long)
                .loadConstant(mask)
                .land()
                .lconst_0()
                .lcmp();
    }

    /** Emits code that sets the bits of the mask. */
    void set(CodeBuilder code, Pair pair, long mask) {
        code.aload(0)
                .aload(0)
                .getfield(owner, pair.word(), CD_long)
                .loadConstant(mask)
                .lor()
                .putfield(owner, pair.word(), CD_long);
    }

    /** Declares the fields. Call this after all bits are allocated. */
    void declare(ClassBuilder program) {
        for (int word = 0; word * Long.SIZE < bits; word++) {
            program.withField(WORD + word, CD_long, ClassFile.ACC_PRIVATE);
        }
    }

    /** Emits code that clears all bits. */
    void clear(CodeBuilder code) {
        for (int word = 0; word * Long.SIZE < bits; word++) {
            code.aload(0).lconst_0().putfield(owner, WORD + word, CD_long);
        }
    }
}
