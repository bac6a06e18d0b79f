package io.tiercel.functions.enrich;

import java.util.List;

/**
 * An ATT&amp;CK technique.
 *
 * @param id for example {@code T1059.004}
 * @param name for example {@code Command and Scripting Interpreter: Unix Shell}
 * @param tactics names of its tactics, for example {@code Execution}
 */
public record Technique(String id, String name, List<String> tactics) {}
