from tests.host.lab import PID, Lab, is_gone


async def test_runs_share_a_warm_process_but_no_names(lab: Lab) -> None:
    [first] = await lab.results(f"leak = 1; {PID}")
    again = await lab.results(f"demisto.results('leak' in globals()); {PID}")
    assert again == [False, first]


async def test_the_environment_is_put_back_after_a_run(lab: Lab) -> None:
    await lab.results("import os, sys; os.environ['HTTPS_PROXY'] = 'p'; del os.environ['PATH']; sys.path.clear()")
    text = "import os, sys; demisto.results([os.environ['HTTPS_PROXY'], 'PATH' in os.environ, len(sys.path) > 0])"
    assert await lab.results(text) == [["", True, True]]


async def test_a_thread_that_outlives_its_run_costs_the_worker(lab: Lab) -> None:
    text = "import threading; threading.Thread(target=threading.Event().wait, daemon=True).start()"
    [first] = await lab.results(f"{text}; {PID}")
    [second] = await lab.results(PID)
    assert first != second
    assert await is_gone(first)


async def test_streams_handlers_and_timeouts_are_put_back_after_a_run(lab: Lab) -> None:
    await lab.results(
        """
        import io, logging, socket, sys
        sys.stdout.close()
        sys.stderr = io.StringIO()
        logging.basicConfig(level=logging.DEBUG)
        socket.setdefaulttimeout(1)
        """
    )
    ran = await lab.ran(
        """
        import logging, socket, sys
        print('out')
        sys.stderr.write('err')
        demisto.results([logging.root.handlers, logging.root.level, socket.getdefaulttimeout()])
        """
    )
    assert list(ran.log) == ["out", "err"]
    assert list(ran.results) == [[[], 30, None]]
