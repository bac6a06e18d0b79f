package io.tiercel.rules.load;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * A place in a rule file while it is read: cheap to carry, made into a {@link Location} when there is a problem.
 *
 * @param line from 0
 * @param column from 0, in code points
 * @param textPosition as in {@link Location}
 */
record SourcePosition(
        FileText file, ItemKind kind, @Nullable String itemName, int line, int column, int textPosition) {
    static SourcePosition start(FileText file) {
        return new SourcePosition(file, ItemKind.FILE, null, 0, 0, -1);
    }

    SourcePosition at(Node node) {
        return at(node.getStartMark());
    }

    SourcePosition at(Optional<Mark> mark) {
        return mark.map(m -> new SourcePosition(file, kind, itemName, m.getLine(), m.getColumn(), -1))
                .orElse(this);
    }

    /** The place of an index of the file's text, which is also a position in a condition. */
    SourcePosition at(int offset, int position) {
        return new SourcePosition(file, kind, itemName, file.lineOf(offset), file.columnOf(offset), position);
    }

    SourcePosition in(ItemKind newKind, @Nullable String newName) {
        return new SourcePosition(file, newKind, newName, line, column, textPosition);
    }

    Problem problem(LoadCode code, String message, String advice) {
        return new Problem(code, message, advice, file.location(kind, itemName, line, column, textPosition));
    }

    RuleLoadException failure(LoadCode code, String message, String advice) {
        return new RuleLoadException(problem(code, message, advice));
    }

    /** The failure that most misshapen items end in. */
    RuleLoadException misshapen(String message, String advice) {
        return failure(LoadCode.LOAD_ERR_YAML_VALIDATE, message, advice);
    }

    /** The failure of definitions that do not fit each other. */
    RuleLoadException unfit(String message, String advice) {
        return failure(LoadCode.LOAD_ERR_VALIDATE, message, advice);
    }
}
