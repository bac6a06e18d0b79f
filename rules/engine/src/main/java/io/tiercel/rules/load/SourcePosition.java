package io.tiercel.rules.load;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * A position in a rule file during loading. It is converted to a {@link Location} only for a problem.
 *
 * @param line line, from 0
 * @param column column in code points, from 0
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

    /** Returns the position of an index in the text of the file, for a position in a condition. */
    SourcePosition at(int offset, int position) {
        return new SourcePosition(file, kind, itemName, file.lineOf(offset), file.columnOf(offset), position);
    }

    SourcePosition in(ItemKind newKind, @Nullable String newName) {
        return new SourcePosition(file, newKind, newName, line, column, textPosition);
    }

    Problem problem(LoadCode code, String message, String advice) {
        return new Problem(code, message, advice, file.location(kind, itemName, line, column, textPosition));
    }

    RuleLoadException error(LoadCode code, String message, String advice) {
        return new RuleLoadException(problem(code, message, advice));
    }

    /** Creates an error for an invalid YAML structure. */
    RuleLoadException invalidYaml(String message, String advice) {
        return error(LoadCode.LOAD_ERR_YAML_VALIDATE, message, advice);
    }

    /** Creates an error for inconsistent definitions. */
    RuleLoadException invalidDefinition(String message, String advice) {
        return error(LoadCode.LOAD_ERR_VALIDATE, message, advice);
    }
}
