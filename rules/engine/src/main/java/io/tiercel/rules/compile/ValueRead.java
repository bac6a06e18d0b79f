package io.tiercel.rules.compile;

import io.tiercel.rules.check.ValueSource;
import java.util.List;
import java.util.function.Consumer;

/** A value that conditions read, in one of the forms that an event gives. */
record ValueRead(Form form, ValueSource source) {
    /** What is read. */
    enum Form {
        PRESENCE,
        TEXT,
        NUMBER,
        ADDRESS,
        LIST
    }

    /** Names every reading of a node, once for each place. */
    static void in(Node node, Consumer<ValueRead> seen) {
        switch (node) {
            case Node.All(List<Node> operands) -> operands.forEach(operand -> in(operand, seen));
            case Node.Any(List<Node> operands) -> operands.forEach(operand -> in(operand, seen));
            case Node.One(List<Node> operands) -> operands.forEach(operand -> in(operand, seen));
            case Node.Not(Node operand) -> in(operand, seen);
            case Node.Shared _, Node.Outlined _, Node.Interpreted _, Node.SourcePair _, Node.Quantified _ -> {}
            case Node.Exists exists -> seen.accept(new ValueRead(Form.PRESENCE, exists.source()));
            case Node.Text check -> seen.accept(new ValueRead(Form.TEXT, check.source()));
            case Node.TextIn check -> seen.accept(new ValueRead(Form.TEXT, check.source()));
            case Node.TextStartsWith check -> seen.accept(new ValueRead(Form.TEXT, check.source()));
            case Node.TextContains check -> seen.accept(new ValueRead(Form.TEXT, check.source()));
            case Node.UnderPath check -> seen.accept(new ValueRead(Form.TEXT, check.source()));
            case Node.Numeric check -> seen.accept(new ValueRead(Form.NUMBER, check.source()));
            case Node.NumericIn check -> seen.accept(new ValueRead(Form.NUMBER, check.source()));
            case Node.Address check -> seen.accept(new ValueRead(Form.ADDRESS, check.source()));
            case Node.AddressIn check -> seen.accept(new ValueRead(Form.ADDRESS, check.source()));
            case Node.AnyValue check -> seen.accept(new ValueRead(Form.LIST, check.source()));
            case Node.NoneEqual check -> seen.accept(new ValueRead(Form.LIST, check.source()));
            case Node.AnyValueIn check -> seen.accept(new ValueRead(Form.LIST, check.source()));
            case Node.AnyValueUnderPath check -> seen.accept(new ValueRead(Form.LIST, check.source()));
            case Node.ListIn check -> seen.accept(new ValueRead(Form.LIST, check.source()));
            case Node.TextPair check -> {
                seen.accept(new ValueRead(Form.TEXT, check.source()));
                seen.accept(new ValueRead(Form.TEXT, check.other()));
            }
            case Node.NumericPair check -> {
                seen.accept(new ValueRead(Form.NUMBER, check.source()));
                seen.accept(new ValueRead(Form.NUMBER, check.other()));
            }
        }
    }
}
