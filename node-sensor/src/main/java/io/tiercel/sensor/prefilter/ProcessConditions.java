package io.tiercel.sensor.prefilter;

import io.tiercel.rules.check.CheckedExpr;
import io.tiercel.rules.check.FieldCollector;
import io.tiercel.rules.eval.Interpreter;
import io.tiercel.rules.event.Event;
import io.tiercel.rules.field.Field;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the disjuncts require of the program of a process and of its ancestors. The kernel cannot test these fields, such as the
 * command line. But they stay the same for one program of a process while no ancestor executes a program or ends. Therefore user space
 * tests them once, and the kernel drops the events that follow (bpf/lineage.h).
 *
 * <p>Other fields are unknown, so a disjunct is excluded only if it is false for all of their values. Immutable.
 */
public final class ProcessConditions {
    /**
     * Fields that only the records of execs, forks and exits set. Not: the user, the session and the process group, which system calls
     * set.
     */
    private static final Set<Field> FIELDS = EnumSet.of(
            Field.PROC_NAME,
            Field.PROC_EXE,
            Field.PROC_EXEPATH,
            Field.PROC_EXEPATH_GIVEN,
            Field.PROC_CMDLINE,
            Field.PROC_EXELINE,
            Field.PROC_ARGS,
            Field.PROC_ENV,
            Field.PROC_CMDNARGS,
            Field.PROC_CMDLENARGS,
            Field.PROC_VPID,
            Field.PROC_TTY,
            Field.PROC_TRUST,
            Field.PROC_TRUSTED_NAME,
            Field.PROC_IS_EXE_WRITABLE,
            Field.PROC_IS_EXE_UPPER_LAYER,
            Field.PROC_IS_EXE_LOWER_LAYER,
            Field.PROC_IS_EXE_FROM_MEMFD,
            Field.PROC_PNAME,
            Field.PROC_PEXE,
            Field.PROC_PEXEPATH,
            Field.PROC_PCMDLINE,
            Field.PROC_PTRUST,
            Field.PROC_TRUSTED_PNAME,
            Field.PROC_ANAME,
            Field.PROC_AEXE,
            Field.PROC_AEXEPATH,
            Field.PROC_ACMDLINE,
            Field.PROC_AARGS,
            Field.PROC_AENV,
            Field.PROC_TRUSTED_ANAME,
            Field.PROC_ONAME);

    private final Map<Integer, List<Formula>> byType = new HashMap<>();

    /** Creates the conditions of the disjuncts of each event type, indexed by the bit of the disjunct. */
    ProcessConditions(Map<Integer, List<Formula>> disjunctsByType) {
        disjunctsByType.forEach((type, disjuncts) -> {
            List<Formula> required =
                    disjuncts.stream().map(ProcessConditions::required).toList();
            if (!required.stream().allMatch(Formula.ALWAYS::equals)) {
                byType.put(type, required);
            }
        });
    }

    /** Returns true if a check depends only on the program of the process and on its ancestors. */
    static boolean tests(CheckedExpr check) {
        Set<Field> fields = EnumSet.noneOf(Field.class);
        FieldCollector.collect(check, fields);
        return !fields.isEmpty() && FIELDS.containsAll(fields);
    }

    /** Returns true if the formula is false for some programs or ancestors of a process, whatever other fields are. */
    static boolean canExclude(Formula formula) {
        return !required(formula).equals(Formula.ALWAYS);
    }

    /** Returns the disjuncts that can still match events of the type of this event and of its process. */
    public long remaining(Event event) {
        List<Formula> required = byType.get(event.type());
        if (required == null) {
            return -1;
        }
        long remaining = -1;
        for (int i = 0; i < required.size(); i++) {
            if (required.get(i).evaluate(check -> Tristate.of(Interpreter.matches(check, event))) == Tristate.FALSE) {
                remaining &= ~(1L << i);
            }
        }
        return remaining;
    }

    /** Returns what must hold of the process if the formula holds. */
    private static Formula required(Formula formula) {
        return switch (formula) {
            case Formula.Literal(CheckedExpr check, boolean _) -> tests(check) ? formula : Formula.ALWAYS;
            case Formula.And(List<Formula> operands) -> {
                List<Formula> known = new ArrayList<>();
                for (Formula operand : operands) {
                    Formula required = required(operand);
                    if (!required.equals(Formula.ALWAYS)) {
                        known.add(required);
                    }
                }
                yield known.size() == 1 ? known.getFirst() : new Formula.And(List.copyOf(known));
            }
            case Formula.Or(List<Formula> operands) -> {
                List<Formula> alternatives =
                        operands.stream().map(ProcessConditions::required).toList();
                yield alternatives.contains(Formula.ALWAYS) ? Formula.ALWAYS : new Formula.Or(alternatives);
            }
        };
    }
}
