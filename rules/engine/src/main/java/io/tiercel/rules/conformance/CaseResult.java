package io.tiercel.rules.conformance;

/**
 * What came of one case.
 *
 * @param id the case
 * @param passed whether the engine did what was expected
 * @param expected what was expected, in short
 * @param got what the engine did, in short
 */
public record CaseResult(String id, boolean passed, String expected, String got) {}
