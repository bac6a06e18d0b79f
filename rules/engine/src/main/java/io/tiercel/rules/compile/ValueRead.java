package io.tiercel.rules.compile;

import io.tiercel.rules.check.ValueSource;
import java.util.List;
import java.util.function.Consumer;

/** A value that conditions read, in one of the forms that an event supplies. */
record ValueRead(Form form, ValueSource source) {
    /** The accessor of the event that supplies the value. */
    enum Form {
        PRESENCE,
        TEXT,
        NUMBER,
        ADDRESS,
        LIST
    }

    /** Calls the consumer for each read of a node, once per occurrence. */
    static void forEach(Node node, Consumer<ValueRead> consumer) {
        switch (node) {
            case Node.All(List<Node> operands) -> operands.forEach(operand -> forEach(operand, consumer));
            case Node.Any(List<Node> operands) -> operands.forEach(operand -> forEach(operand, consumer));
            case Node.One(List<Node> operands) -> operands.forEach(operand -> forEach(operand, consumer));
            case Node.Not(Node operand) -> forEach(operand, consumer);
            case Node.Shared _, Node.Outlined _, Node.Interpreted _, Node.SourcePair _, Node.Quantified _ -> {}
            case Node.Exists exists -> consumer.accept(new ValueRead(Form.PRESENCE, exists.source()));
            case Node.Text check -> consumer.accept(new ValueRead(Form.TEXT, check.source()));
            case Node.TextIn check -> consumer.accept(new ValueRead(Form.TEXT, check.source()));
            case Node.TextStartsWith check -> consumer.accept(new ValueRead(Form.TEXT, check.source()));
            case Node.TextContains check -> consumer.accept(new ValueRead(Form.TEXT, check.source()));
            case Node.UnderPath check -> consumer.accept(new ValueRead(Form.TEXT, check.source()));
            case Node.Numeric check -> consumer.accept(new ValueRead(Form.NUMBER, check.source()));
            case Node.NumericIn check -> consumer.accept(new ValueRead(Form.NUMBER, check.source()));
            case Node.Address check -> consumer.accept(new ValueRead(Form.ADDRESS, check.source()));
            case Node.AddressIn check -> consumer.accept(new ValueRead(Form.ADDRESS, check.source()));
            case Node.AnyValue check -> consumer.accept(new ValueRead(Form.LIST, check.source()));
            case Node.NoneEqual check -> consumer.accept(new ValueRead(Form.LIST, check.source()));
            case Node.AnyValueIn check -> consumer.accept(new ValueRead(Form.LIST, check.source()));
            case Node.AnyValueUnderPath check -> consumer.accept(new ValueRead(Form.LIST, check.source()));
            case Node.ListIn check -> consumer.accept(new ValueRead(Form.LIST, check.source()));
            case Node.TextPair check -> {
                consumer.accept(new ValueRead(Form.TEXT, check.source()));
                consumer.accept(new ValueRead(Form.TEXT, check.other()));
            }
            case Node.NumericPair check -> {
                consumer.accept(new ValueRead(Form.NUMBER, check.source()));
                consumer.accept(new ValueRead(Form.NUMBER, check.other()));
            }
        }
    }
}
