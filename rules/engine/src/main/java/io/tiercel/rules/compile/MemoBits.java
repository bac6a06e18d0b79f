package io.tiercel.rules.compile;

import static java.lang.constant.ConstantDescs.CD_long;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;

/**
 * Pair in fields of the program that are cleared for every event: what is known of it already. Few stores forget
 * everything, and no counter can overflow.
 */
final class MemoBits {
    private static final String WORD = "known";

    private final ClassDesc owner;
    private int bits;

    MemoBits(ClassDesc owner) {
        this.owner = owner;
    }

    /** Two new bits of one word: whether something is known, and for a yes or no the answer. */
    Pair allocate() {
        int first = bits;
        bits += 2;
        return new Pair(WORD + first / Long.SIZE, 1L << first, 2L << first);
    }

    /** A pair of bits and the field that holds them. */
    record Pair(String word, long known, long yes) {}

    /** Pushes the bits of the mask: not zero if one is set. */
    void load(CodeBuilder code, Pair pair, long mask) {
        code.aload(0)
                .getfield(owner, pair.word(), CD_long)
                .loadConstant(mask)
                .land()
                .lconst_0()
                .lcmp();
    }

    void set(CodeBuilder code, Pair pair, long mask) {
        code.aload(0)
                .aload(0)
                .getfield(owner, pair.word(), CD_long)
                .loadConstant(mask)
                .lor()
                .putfield(owner, pair.word(), CD_long);
    }

    /** Declares the fields; to be called when all bits are allocated. */
    void declare(ClassBuilder program) {
        for (int word = 0; word * Long.SIZE < bits; word++) {
            program.withField(WORD + word, CD_long, ClassFile.ACC_PRIVATE);
        }
    }

    void clear(CodeBuilder code) {
        for (int word = 0; word * Long.SIZE < bits; word++) {
            code.aload(0).lconst_0().putfield(owner, WORD + word, CD_long);
        }
    }
}
