package io.tiercel.functions.enrich;

import java.util.List;

/**
 * What is known about an alert beyond its own words.
 *
 * @param host where it comes from
 * @param techniques ATT&amp;CK techniques behind its tags, by id; unknown ids are left out
 * @param tactics names of the ATT&amp;CK tactics behind its tags and techniques, sorted, without repetition
 */
public record Enrichment(HostFacts host, List<Technique> techniques, List<String> tactics) {}
