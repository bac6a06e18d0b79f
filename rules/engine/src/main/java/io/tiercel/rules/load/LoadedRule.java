package io.tiercel.rules.load;

record LoadedRule(String name) {}
