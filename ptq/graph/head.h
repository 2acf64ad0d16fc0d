// The end of a network that the host computes.
#pragma once

#include "ptq/graph/graph.h"

namespace aslog::ptq {

// Softmax, LogSoftmax, ArgMax and functions of single elements at the end of each output are cut
// off, and noted in graph.head: they change no order of the answers, or are the host's in any case.
// What another node or output reads stays.
void cutHead(Graph& graph);

}  // namespace aslog::ptq
