package io.tiercel.rules.compile;

import io.tiercel.rules.check.Source;
import java.util.List;
import java.util.function.Consumer;

/** A value that conditions read, in one of the forms that an event gives. */
record Reading(Form form, Source source) {
    /** What is read. */
    enum Form {
        PRESENCE,
        TEXT,
        NUMBER,
        ADDRESS,
        LIST
    }

    /** Names every reading of a node, once for each place. */
    static void in(Node node, Consumer<Reading> seen) {
        switch (node) {
            case Node.All(List<Node> operands) -> operands.forEach(operand -> in(operand, seen));
            case Node.Any(List<Node> operands) -> operands.forEach(operand -> in(operand, seen));
            case Node.One(List<Node> operands) -> operands.forEach(operand -> in(operand, seen));
            case Node.Not(Node operand) -> in(operand, seen);
            case Node.Shared _, Node.Outlined _, Node.Interpreted _, Node.Sources _, Node.Quantified _ -> {}
            case Node.Exists exists -> seen.accept(new Reading(Form.PRESENCE, exists.source()));
            case Node.Text check -> seen.accept(new Reading(Form.TEXT, check.source()));
            case Node.TextIn check -> seen.accept(new Reading(Form.TEXT, check.source()));
            case Node.TextBegins check -> seen.accept(new Reading(Form.TEXT, check.source()));
            case Node.TextContains check -> seen.accept(new Reading(Form.TEXT, check.source()));
            case Node.Covered check -> seen.accept(new Reading(Form.TEXT, check.source()));
            case Node.Number check -> seen.accept(new Reading(Form.NUMBER, check.source()));
            case Node.NumberIn check -> seen.accept(new Reading(Form.NUMBER, check.source()));
            case Node.Address check -> seen.accept(new Reading(Form.ADDRESS, check.source()));
            case Node.AddressIn check -> seen.accept(new Reading(Form.ADDRESS, check.source()));
            case Node.Several check -> seen.accept(new Reading(Form.LIST, check.source()));
            case Node.NoneEqual check -> seen.accept(new Reading(Form.LIST, check.source()));
            case Node.SeveralIn check -> seen.accept(new Reading(Form.LIST, check.source()));
            case Node.SeveralCovered check -> seen.accept(new Reading(Form.LIST, check.source()));
            case Node.ListIn check -> seen.accept(new Reading(Form.LIST, check.source()));
            case Node.Texts check -> {
                seen.accept(new Reading(Form.TEXT, check.source()));
                seen.accept(new Reading(Form.TEXT, check.other()));
            }
            case Node.Numbers check -> {
                seen.accept(new Reading(Form.NUMBER, check.source()));
                seen.accept(new Reading(Form.NUMBER, check.other()));
            }
        }
    }
}
