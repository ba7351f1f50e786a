"""The main window: menu, toolbar, code, network, inspector, problems and console, status line."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QByteArray, QEvent, QSize, Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QPalette, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QDockWidget,
    QMainWindow,
    QMenu,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from gradstudio.app import theme as themes
from gradstudio.app.actions import shortcut_groups
from gradstudio.app.bars import place_bars
from gradstudio.app.bridge import Bridge
from gradstudio.app.canvas.canvas import Canvas
from gradstudio.app.commands import Commands
from gradstudio.app.dialogs import Dialogs
from gradstudio.app.dock_tabs import HEIGHT as TABS_HEIGHT
from gradstudio.app.dock_tabs import DockTabs
from gradstudio.app.editor.editor import CodeEditor
from gradstudio.app.errors import told
from gradstudio.app.files import Files
from gradstudio.app.find_bar import FindBar
from gradstudio.app.headers import CanvasHeader, DockHeader, Header
from gradstudio.app.inputs.desk import InputsDesk
from gradstudio.app.left_dock import HIGH as LEFT_HIGH
from gradstudio.app.left_dock import LeftDock
from gradstudio.app.menus import Menus
from gradstudio.app.notice import Notice
from gradstudio.app.panels import PANELS
from gradstudio.app.panels.inspector import Inspector
from gradstudio.app.panels.legend import Legend
from gradstudio.app.panels.problems import Problems
from gradstudio.app.presenter import Presenter
from gradstudio.app.recovery_offers import RecoveryOffers
from gradstudio.app.status_line import StatusLine
from gradstudio.app.toolbar import Toolbar
from gradstudio.app.trust_bar import TrustBar
from gradstudio.app.trust_presenter import TrustPresenter
from gradstudio.engine.problem import Problem
from gradstudio.graph.fold_state import FoldState
from gradstudio.graph.measures import MEASURES
from gradstudio.language.complete import completions, help_at
from gradstudio.picture.model import Layer
from gradstudio.picture.tokens import load_theme
from gradstudio.studio.outcome import View
from gradstudio.studio.session import Session

EDITOR_WIDTH, INSPECTOR_WIDTH, BOTTOM_HEIGHT = 432, 320, 140
CODE_ELSE = 280  # height of what stands above and below code and left dock
_AREA = Qt.DockWidgetArea


class MainWindow(QMainWindow):
    """One session in one window. Everything it shows comes from the session's events, through its presenter."""

    def __init__(self, session: Session, bridge: Bridge, dialogs: Dialogs | None = None) -> None:
        super().__init__()
        self.session = session
        self.settings = session.settings
        self.bridge = bridge
        self.dialogs = dialogs or Dialogs()
        self.colors = themes.apply_theme(_application(), self.settings.theme)
        self.theme = load_theme(self.settings.theme)
        self.setWindowTitle("GradStudio")
        self.setMinimumSize(960, 600)
        self.setDockOptions(QMainWindow.DockOption.AllowNestedDocks)
        self._is_sized = False
        self.setAcceptDrops(True)
        self._build_code()
        self._build_canvas()
        self._build_inspector()
        self._build_bottom()
        self.inputs = InputsDesk(self)
        self.left_dock = LeftDock(self)
        self.status = StatusLine(self.colors, self)
        self.files = Files(self)
        self.menus = Menus(self)
        self.actions_by_id = self.menus.by_id
        self.toolbar = Toolbar(self.colors, self.actions_by_id, self)
        self.commands = Commands(self)
        place_bars(self, self.toolbar, self.status)
        self.presenter = Presenter(self)
        self.trust = TrustPresenter(self)
        self._connect()
        self.resize(1440, 900)
        self._restore()
        self.refresh_actions()

    # building

    def _build_code(self) -> None:
        self.editor = CodeEditor(self.colors, completions, help_at)
        self.editor.set_text_size(self.settings.text_size)
        self.find_bar = FindBar(self.colors, self.editor)
        self.notice = Notice(self.colors)
        self.trust_bar = TrustBar(self.colors)
        self.recovery = RecoveryOffers(self)
        inside = _column(self.trust_bar, self.recovery.bar, self.notice, self.editor, self.find_bar)
        self.code_dock = self._dock("code", "Code", inside, _AREA.LeftDockWidgetArea)
        self.code_dock.setFeatures(QDockWidget.DockWidgetFeature.NoDockWidgetFeatures)
        self.code_header = Header(self.colors, "", self.code_dock)
        self.code_header.set_notes([("gradient", 8, False), ("value", 72, False)])
        self.code_dock.setTitleBarWidget(self.code_header)

    def _build_canvas(self) -> None:
        self.canvas_header = CanvasHeader(self.colors)
        self.canvas = Canvas(theme=self.theme)
        self.legend = Legend(self.session, self.theme)
        self.legend.set_measures(tuple((m.name, m.title) for m in MEASURES))
        self.legend.scale_changed.connect(self.canvas.set_scale)
        self.legend.array_wanted.connect(self.canvas.set_array)
        self.legend.measure_wanted.connect(self.canvas.set_measure)
        self.setCentralWidget(_column(self.canvas_header, self.canvas, self.legend))

    def _build_inspector(self) -> None:
        self.inspector = Inspector(self.session, self.theme)
        self.inspector_dock = self._dock("inspector", "Inspector", self.inspector, _AREA.RightDockWidgetArea)
        self.inspector_header = DockHeader(self.colors, "Inspector", self.inspector_dock)
        self.inspector_dock.setTitleBarWidget(self.inspector_header)

    def _build_bottom(self) -> None:
        self.panels = tuple(kind(self.session, self.theme) for kind in PANELS)
        self._stack = QStackedWidget()
        self._stack.setAutoFillBackground(True)
        self._stack.setBackgroundRole(QPalette.ColorRole.Base)
        for panel in self.panels:
            self._stack.addWidget(panel)
        self.bottom_dock = self._dock("bottom", "Problems and console", self._stack, _AREA.BottomDockWidgetArea)
        self.bottom_dock.setFeatures(QDockWidget.DockWidgetFeature.DockWidgetClosable)
        self.tabs = DockTabs(self.colors, "Bottom panels", tuple(kind.title for kind in PANELS), self.bottom_dock)
        self.bottom_dock.setTitleBarWidget(self.tabs)
        self.tabs.chosen.connect(self._stack.setCurrentIndex)
        for index, panel in enumerate(self.panels):
            if isinstance(panel, Problems):
                self.tabs.keep_room(index)
                panel.count_changed.connect(partial(self.tabs.set_count, index))

    def _dock(self, name: str, title: str, inside: QWidget, area: Qt.DockWidgetArea) -> QDockWidget:
        dock = QDockWidget(title, self)
        dock.setObjectName(name)
        dock.setWidget(inside)
        self.addDockWidget(area, dock)
        return dock

    def _connect(self) -> None:
        self.canvas_header.fit_wanted.connect(self.canvas.fit)
        self.canvas_header.all_wanted.connect(self.canvas.lights.show_all)
        self.canvas.layer_wanted.connect(self.set_layer)
        self.canvas.zoom_changed.connect(self.canvas_header.set_zoom)
        self.toolbar.live_changed.connect(self.set_live)
        self.toolbar.sweeps.chosen.connect(self.session.runs.choose)
        self.toolbar.layers.chosen.connect(self.set_layer)
        self.toolbar.finder.found.connect(self.session.show_record)
        self.toolbar.finder.hits_changed.connect(self.canvas.lights.show_found)
        self.toolbar.finder.left.connect(self.canvas.setFocus)
        self.toolbar.theme.clicked.connect(self._on_theme_clicked)
        self.toolbar.live.setChecked(self.settings.live)
        self.set_layer(self.settings.layer)
        self.editor.copyAvailable.connect(self.refresh_actions)
        self.editor.refused.connect(self.notice.say)
        self.canvas.edges.changed.connect(self.inspector.show_edge)
        self.inspector.header_changed.connect(self.inspector_header.set_title)

    # state, for the actions

    @property
    def view(self) -> View | None:
        """The picture shown."""
        return self.session.runs.view

    @property
    def is_running(self) -> bool:
        """Whether there is something to stop: a run, or a large picture being drawn."""
        return self.session.runs.is_running or self.session.runs.is_drawing

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What the last run had to say."""
        outcome = self.session.runs.outcome
        return outcome.problems if outcome is not None else ()

    def can_step(self, by: int) -> bool:
        """Whether there is a next (1) or previous (-1) sweep."""
        return self.view is not None and 0 <= self.view.sweep + by < len(self.view.trace.sweeps)

    def is_dock_open(self, name: str) -> bool:
        dock = self.findChild(QDockWidget, name)
        return dock is not None and not dock.isHidden()

    def refresh_actions(self, *_: object) -> None:
        """Enable and check every action as things are now."""
        self.menus.refresh()

    # what actions do

    def new_file(self) -> None:
        self.files.new()

    def open_file(self) -> None:
        self.files.open()

    def save_file(self) -> None:
        self.files.save()

    def save_file_as(self) -> None:
        self.files.save_as()

    def export(self, what: str) -> None:
        self.files.export(is_report=what == "report")

    def run(self) -> None:
        self.session.run()

    def stop(self) -> None:
        self.session.runs.stop()

    def set_live(self, is_live: bool) -> None:
        """Run while typing, or only when asked."""
        self.session.set_live(is_live)
        self.toolbar.live.setChecked(is_live)
        self.refresh_actions()

    def set_layer(self, layer: int) -> None:
        """Values, gradients or both."""
        self.settings.layer = layer
        self.toolbar.layers.set_current(layer)
        self.canvas.set_layer(Layer(layer))

    def refold(self, folds: FoldState) -> None:
        """Open or close everything at once; the passes that boxes show stay."""
        self.session.fold(lambda before: replace(folds, chosen=before.chosen, only=before.only, hidden=before.hidden))

    def set_theme(self, name: str) -> None:
        """Light or dark, at once and from now on."""
        self.settings.theme = name
        self.colors = themes.apply_theme(_application(), name)
        self.theme = load_theme(name)
        for part in (
            self.editor,
            self.find_bar,
            self.notice,
            self.trust_bar,
            self.recovery.bar,
            self.code_header,
            self.canvas_header,
            self.inspector_header,
            self.tabs,
            self.status,
            self.toolbar,
        ):
            part.set_colors(self.colors)
        for panel in (self.canvas, self.legend, self.inspector, self.inputs, self.left_dock, *self.panels):
            panel.set_theme(self.theme)
        self.presenter.set_theme()
        self.session.save_settings()
        self.refresh_actions()

    def _on_theme_clicked(self) -> None:
        self.set_theme("light" if self.settings.theme == "dark" else "dark")

    def change_text_size(self, by: int) -> None:
        """Bigger or smaller code."""
        self.settings.text_size = min(max(self.settings.text_size + by, 8), 32)
        self.editor.set_text_size(self.settings.text_size)

    def toggle_dock(self, name: str) -> None:
        dock = self.findChild(QDockWidget, name)
        if dock is not None:
            dock.setVisible(dock.isHidden())

    def show_tab(self, name: str) -> None:
        """Open the bottom dock on one of its panels, by id."""
        self.bottom_dock.show()
        self.tabs.set_current(next(k for k, panel in enumerate(self.panels) if panel.id == name))

    def next_problem(self) -> None:
        """Go through the problems, one at a time."""
        self.presenter.next_problem()

    def show_shortcuts(self) -> None:
        self.dialogs.shortcuts(self, shortcut_groups())

    def show_node_sheet(self) -> None:
        """How a node looks at every zoom and in every state."""
        self.dialogs.node_sheet(self, self.theme)

    def show_about(self) -> None:
        self.dialogs.about(self, self.trust.about())

    def say(self, text: str) -> None:
        """One line in the status line, until the next run."""
        self.presenter.say(text)

    # the window itself

    def sizeHint(self) -> QSize:
        return QSize(1440, 900)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._is_sized:
            self._is_sized = True
            if not self.settings.state:
                self._default_sizes()
            self.editor.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.editor.completions.hide()

    def _default_sizes(self) -> None:
        across = Qt.Orientation.Horizontal
        self.resizeDocks([self.code_dock, self.inspector_dock], [EDITOR_WIDTH, INSPECTOR_WIDTH], across)
        down = Qt.Orientation.Vertical
        self.resizeDocks([self.bottom_dock], [TABS_HEIGHT + BOTTOM_HEIGHT], down)
        self.resizeDocks([self.code_dock, self.left_dock], [self.height() - LEFT_HIGH - CODE_ELSE, LEFT_HIGH], down)

    def _restore(self) -> None:
        if self.settings.geometry:
            self.restoreGeometry(QByteArray.fromHex(self.settings.geometry.encode("ascii", "ignore")))
        if self.settings.state and not self.restoreState(
            QByteArray.fromHex(self.settings.state.encode("ascii", "ignore"))
        ):
            self.settings.state = ""

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and hasattr(self, "files"):
            if self.isActiveWindow():
                self.files.disk.look()
            else:
                self.session.keeper.flush()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self.inputs.intake.can_take(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """A program dropped on the window is opened, data and pictures become a line of the text."""
        if self.inputs.intake.take(event.mimeData()):
            event.acceptProposedAction()

    def createPopupMenu(self) -> QMenu | None:  # type: ignore[override]
        return None

    def closeEvent(self, event: QCloseEvent) -> None:
        event.ignore()  # should an error end this
        with told():
            if self.files.may_leave(self.close):
                event.accept()
        if not event.isAccepted():
            return
        for end in (
            self._keep_settings,
            self.files.close,
            self.recovery.close,
            self.presenter.close,
            self.trust.close,
            self.inputs.close_down,
            self.bridge.close,
            self.session.close,
        ):
            with told():
                end()

    def _keep_settings(self) -> None:
        self.settings.geometry = bytes(self.saveGeometry().toHex().data()).decode("ascii")
        self.settings.state = bytes(self.saveState().toHex().data()).decode("ascii")
        self.session.save_settings()


def _column(*parts: QWidget) -> QWidget:
    """Widgets below each other without any gap."""
    inside = QWidget()
    box = QVBoxLayout(inside)
    box.setContentsMargins(0, 0, 0, 0)
    box.setSpacing(0)
    for part in parts:
        box.addWidget(part)
    return inside


def _application() -> QApplication:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    return application
