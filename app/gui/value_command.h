// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QUndoCommand>

#include <functional>
#include <utility>

namespace heaptoll::gui {

/// An edit as two values; applying either is all that undo needs, since documents never change.
template<typename Value>
class ValueCommand final : public QUndoCommand {
public:
    ValueCommand(const QString& text, Value before, Value after, std::function<void(const Value&)> apply)
        : QUndoCommand(text)
        , m_before(std::move(before))
        , m_after(std::move(after))
        , m_apply(std::move(apply))
    { }
    void undo() override { m_apply(m_before); }
    void redo() override { m_apply(m_after); }

private:
    Value m_before;
    Value m_after;
    std::function<void(const Value&)> m_apply;
};

} // namespace heaptoll::gui
